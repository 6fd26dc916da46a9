-- name: fault_negative_service
-- title.zh: 消极服务
-- title.en: Negative service
-- meaning.zh: 窗口内平台认定「消极服务」的次数；已撤销的不计；所有订单都算。
-- meaning.en: Findings of "negative service" in the window that were not taken back; every order counts.
-- unit: findings
-- kind: count
-- better: less
-- scale: 1
-- ref: violation
-- numerator.zh: 认定次数
-- numerator.en: findings
-- denominator.zh: 认定次数
-- denominator.en: findings
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, fault_negative_service. Counterpart of 商家体验分 1.4, negative service [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from violation_found
where scene = 'negative_service'
union all
-- A finding that is taken back counts no more from then on.
select shop, found_at, greatest(at, found_at), -1, -1, subject
from violation_reversed
where scene = 'negative_service'
