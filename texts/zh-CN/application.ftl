application-not_found = 没有这份开店申请。
application-pending = 你已有一份申请在审核中：请等待结果，或先撤回。
application-decided = 这份申请已经处理过了。
application-no_licence = 企业店和品牌店要填营业执照号。
application-licence = 营业执照号要 { $least } 到 { $most } 个字符。
application-note = 说明最多 { $most } 个字。
application-no_reason = 请写明原因，最多 500 个字，申请人会看到。
