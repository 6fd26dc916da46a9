-- name: im_dissatisfaction_rate
-- title.zh: 会话不满意率
-- title.en: Dissatisfaction rate of conversations
-- meaning.zh: 窗口内被评价、08:00:00 至 22:59:59 开始的人工会话中，评 1 至 3 星的比例。
-- meaning.en: Of the conversations with a human rated in the window and begun from 08:00:00 to 22:59:59, those rated 1 to 3.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- ref: session
-- numerator.zh: 评 1 至 3 星的会话
-- numerator.en: conversations rated 1 to 3
-- denominator.zh: 被评价的人工会话
-- denominator.en: conversations rated
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, im_dissatisfaction_rate. Counterpart of 商家体验分 1.3, 飞鸽会话不满意率 [S1].

select
  shop as subject,
  at as anchor,
  at as known_at,
  case when score <= 3 then 1 else 0 end as num,
  1 as den,
  subject as ref
from chat_rated
where human = 1
  and in_hours = 1
