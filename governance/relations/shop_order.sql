-- A row for each shop order with its steps side by side: for export and for questions asked by hand. Metrics do not
-- join: they add up facts.
select
  placed.subject as id,
  placed.shop,
  placed.purchase,
  placed.external_id,
  placed.lines,
  placed.goods,
  placed.freight,
  placed.gmv,
  placed.at as placed_at,
  paid.at as paid_at,
  coalesce(resumed.ship_by, postponed.ship_by, placed.ship_by) as ship_by,
  picked_up.at as picked_up_at,
  coalesce(resumed.deliver_by, postponed.deliver_by, placed.deliver_by) as deliver_by,
  delivered.at as delivered_at,
  cancelled.at as cancelled_at
from order_placed placed
left join order_postponed postponed on postponed.subject = placed.subject
left join order_resumed resumed on resumed.subject = placed.subject
left join order_paid paid on paid.subject = placed.subject
left join parcel_picked_up picked_up on picked_up.subject = placed.subject
left join parcel_delivered delivered on delivered.subject = placed.subject
left join order_cancelled cancelled on cancelled.subject = placed.subject
