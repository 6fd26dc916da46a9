-- name: nps
-- title.zh: 净推荐值
-- title.en: Net promoter score
-- meaning.zh: 窗口内的回答：打 9 至 10 分的占比减去打 0 至 6 分的占比，乘以 100。
-- meaning.en: Of the answers in the window, 100 times the share of 9 and 10 less the share of 0 to 6.
-- unit: points
-- kind: mean
-- better: more
-- scale: 1
-- low: -100
-- high: 100
-- ref: survey
-- numerator.zh: 推荐者减贬损者，乘以 100
-- numerator.en: promoters less detractors, times 100
-- denominator.zh: 回答
-- denominator.en: answers
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, nps. Voice of the customer, rules 4, NPS [S34].

select
  shop as subject,
  at as anchor,
  at as known_at,
  case when score >= 9 then 100 when score <= 6 then -100 else 0 end as num,
  1 as den,
  subject as ref
from survey_answered
