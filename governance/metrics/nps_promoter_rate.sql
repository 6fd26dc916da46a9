-- name: nps_promoter_rate
-- title.zh: 推荐者占比
-- title.en: Promoters
-- meaning.zh: 窗口内的回答中，打 9 至 10 分的比例。
-- meaning.en: Of the answers in the window, those of 9 or 10.
-- unit: ratio
-- kind: ratio
-- better: more
-- scale: 1
-- ref: survey
-- numerator.zh: 打 9 至 10 分的回答
-- numerator.en: answers of 9 or 10
-- denominator.zh: 回答
-- denominator.en: answers
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, nps_promoter_rate. Voice of the customer, rules 4, NPS [S34].

select
  shop as subject,
  at as anchor,
  at as known_at,
  case when score >= 9 then 1 else 0 end as num,
  1 as den,
  subject as ref
from survey_answered
