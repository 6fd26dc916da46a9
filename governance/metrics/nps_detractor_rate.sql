-- name: nps_detractor_rate
-- title.zh: 贬损者占比
-- title.en: Detractors
-- meaning.zh: 窗口内的回答中，打 0 至 6 分的比例。
-- meaning.en: Of the answers in the window, those of 0 to 6.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- ref: survey
-- numerator.zh: 打 0 至 6 分的回答
-- numerator.en: answers of 0 to 6
-- denominator.zh: 回答
-- denominator.en: answers
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, nps_detractor_rate. Voice of the customer, rules 4, NPS [S34].

select
  shop as subject,
  at as anchor,
  at as known_at,
  case when score <= 6 then 1 else 0 end as num,
  1 as den,
  subject as ref
from survey_answered
