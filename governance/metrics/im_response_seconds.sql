-- name: im_response_seconds
-- title.zh: 客服平均响应时长
-- title.en: Mean response time of conversations
-- meaning.zh: 窗口内结束、08:00:00 至 22:59:59 开始的人工会话，每轮的平均响应秒数；未回复的一轮按 10 分钟计。
-- meaning.en: Seconds of reply for each turn of the conversations with a human that ended in the window and began from 08:00:00 to 22:59:59; an unanswered turn counts as 10 minutes.
-- unit: seconds
-- kind: mean
-- better: less
-- scale: 1000000
-- ref: session
-- numerator.zh: 响应秒数之和
-- numerator.en: seconds of reply, summed
-- denominator.zh: 人工会话轮次
-- denominator.en: turns to a human
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, im_response_seconds. Counterpart of 商家体验分 1.3, 飞鸽平均响应时长 [S1].

-- 600,000,000 microseconds are the ten minutes of a turn that nobody answered.
select
  shop as subject,
  at as anchor,
  at as known_at,
  reply_micros + (turns - answered) * 600000000 as num,
  turns as den,
  subject as ref
from chat_closed
where human = 1
  and in_hours = 1
  and turns > 0
