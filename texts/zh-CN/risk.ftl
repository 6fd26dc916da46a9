risk-unpaid = 有订单在等你付款，请先付掉或取消。
risk-units = 新账号一次买不了这么多，少买几件。
risk-too_many = 短时间里这样下的单太多，请过一会儿再下，或找客服。
