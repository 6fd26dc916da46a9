-- name: deduct_fake_trade
-- title.zh: 虚假交易或评价
-- title.en: Fake trades and reviews
-- meaning.zh: 窗口内平台认定「虚假交易或评价」的次数；已撤销的不计；所有订单都算。
-- meaning.en: Findings of "fake trades and reviews" in the window that were not taken back; every order counts.
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
-- source: Sanhao metric definitions 2026-11, deduct_fake_trade. Counterpart of 商家体验分 1.5, brushing, fake reviews [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from violation_found
where scene = 'fake_trade'
union all
-- A finding that is taken back counts no more from then on.
select shop, found_at, greatest(at, found_at), -1, -1, subject
from violation_reversed
where scene = 'fake_trade'
