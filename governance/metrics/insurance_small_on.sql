-- name: insurance_small_on
-- title.zh: 退货运费险（小件）生效中
-- title.en: Return insurance in force (small)
-- meaning.zh: 截至当时已开通满 2 天且未关闭的小件退货运费险（开通不超过 3660 天）。
-- meaning.en: Insurances of the return freight of small goods that have been on for two days or more at the moment.
-- unit: insurances
-- kind: count
-- better: more
-- scale: 1
-- ref: insurance
-- numerator.zh: 生效中的小件运费险
-- numerator.en: insurances of small goods in force
-- denominator.zh: 生效中的小件运费险
-- denominator.en: insurances of small goods in force
-- window_days: 3660
-- source: Sanhao metric definitions 2026-11, insurance_small_on. Counterpart of 商家体验分 1.5, return-shipping insurance (small) [S1].

-- A state: it counts from two days (172,800,000,000 microseconds) after it was switched on until it is switched off.
select shop as subject, at + 172800000000 as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from insurance_on
where size = 'small'
union all
select shop, on_at + 172800000000, at, -1, -1, subject
from insurance_off
where size = 'small'
