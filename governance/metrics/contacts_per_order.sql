-- name: contacts_per_order
-- title.zh: 单均咨询量
-- title.en: Contacts per order
-- meaning.zh: 窗口内结束的、与订单有关的会话数，除以窗口内付款的订单数。
-- meaning.en: Conversations about orders that ended in the window, for each shop order paid in it.
-- unit: contacts
-- kind: mean
-- better: less
-- scale: 1
-- numerator.zh: 与订单有关的会话
-- numerator.en: conversations about orders
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, contacts_per_order. Voice of the customer, rules 4, CPO [S35].

-- Two streams over the same window: what a shop sells, and how often buyers come back to it. All orders count.
select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_paid
where rules is not null
union all
select shop, at as anchor, at as known_at, 1, 0, order_id
from chat_closed
where order_id is not null
