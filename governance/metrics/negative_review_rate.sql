-- name: negative_review_rate
-- title.zh: 差评率
-- title.en: Negative-review rate
-- meaning.zh: 窗口内评价中 1 分或 2 分的比例；每个店铺订单各计一次。
-- meaning.en: Of the reviews created in the window, one for each shop order, those with a score of 1 or 2.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 差评
-- numerator.en: reviews with a score of 1 or 2
-- denominator.zh: 评价
-- denominator.en: reviews
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, negative_review_rate. Counterpart of 商家体验分 1.1, 商品差评率.

select shop as subject, at as anchor, at as known_at, case when score <= 2 then 1 else 0 end as num, 1 as den, order_id as ref
from review_created
