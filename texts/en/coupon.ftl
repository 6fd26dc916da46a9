coupon-bad = { $what } of the coupon cannot be so: { $instead }
coupon-not_found = there is no coupon { $coupon }
coupon-not_yet = the coupon can be claimed from { $from } on
coupon-over = the coupon ended at { $until }
coupon-stopped = the coupon is not offered any more
coupon-none_left = all { $total } pieces of the coupon are claimed
coupon-enough = each member may claim { $each } of this coupon, and you have
coupon-not_held = the coupon { $claim } in this price can no longer be used: ask for the price again
