-- name: deduct_invoice_refused
-- title.zh: 拒开发票
-- title.en: Refused invoices
-- meaning.zh: 窗口内平台认定「拒开发票」的次数；已撤销的不计；所有订单都算。
-- meaning.en: Findings of "refused invoices" in the window that were not taken back; every order counts.
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
-- source: Sanhao metric definitions 2026-11, deduct_invoice_refused. Counterpart of 商家体验分 1.5, refusing an invoice [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from violation_found
where scene = 'invoice_refused'
union all
-- A finding that is taken back counts no more from then on.
select shop, found_at, greatest(at, found_at), -1, -1, subject
from violation_reversed
where scene = 'invoice_refused'
