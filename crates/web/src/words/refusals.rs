//! What refusals of people, sessions and keys say in Chinese. A refusal whose figures matter says them in English only.

/// The Chinese text of a refusal's code, if it has one here.
pub(crate) fn zh(code: &str) -> Option<&'static str> {
    Some(match code {
        "vault.contact" => "请写手机号（如 13812345678、+5511987654321）或邮箱。",
        "vault.postal" => "地址没写全：收件人、省、市和街道都要写，也不能太长。",
        "member.taken" => "这个手机号或邮箱已经注册过：请直接登录，或换一个。",
        "member.no_contact" => "请写手机号或邮箱。",
        "member.password" => "密码要 8 到 256 个字。",
        "member.name" => "名字要 1 到 60 个字。",
        "member.locked" => "试错次数太多，请过一会儿再试。",
        "member.not_signed_in" => "请先登录。",
        "member.not_active" => "这个账号现在不能用。",
        "member.wrong_status" => "这个账号已经是这个状态。",
        "member.not_found" => "没有这个会员。",
        "member.no_session" => "这个登录已经退出。",
        "member.no_address" => "没有这个地址。",
        "member.crowded" => "最多存 30 个地址，请先删掉一个。",
        "member.moved" => "别处刚改过这个账号，什么都没有动，请再试一次。",
        "member.seated" => "你还在店铺或平台任职，请先退出再注销。",
        "staff.denied" => "没有权限。",
        "staff.stranger" => "这里没有这家店，或者不归你管。",
        "staff.founded" => "这里已经有负责人，请让对方发邀请。",
        "staff.unfounded" => "这里还没有负责人，请先邀请负责人。",
        "staff.seated" => "这个会员已经在这里任职。",
        "staff.no_seat" => "这里没有这个岗位。",
        "staff.last" => "最后一位负责人不能离开：请先把角色交给别人。",
        "staff.no_invitation" => "这个邀请不是发给你的，或者不存在。",
        "staff.unknown_invitation" => "这里没有这个邀请。",
        "staff.answered" => "这个邀请已经处理过。",
        "staff.too_old" => "这个邀请已经过期，请让对方再发一个。",
        "staff.void" => "发邀请的人已经不能给这个角色，请让别人再发一个。",
        "shop.not_found" => "没有这家店。",
        "shop.name" => "店名要 1 到 60 个字。",
        "shop.moved" => "别处刚改过这家店，什么都没有动，请看一眼再改。",
        "shop.wrong_status" => "这家店已经是这个状态。",
        "api_key.nothing" => "密钥至少要有一项权限。",
        "api_key.ungrantable" => "程序的密钥不能有这项权限。",
        "api_key.name" => "密钥的名字要 1 到 60 个字。",
        "api_key.crowded" => "在用的密钥太多，请先吊销一个。",
        "api_key.no_key" => "这里没有这个在用的密钥。",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::zh;
    use kernel::Problem;

    #[test]
    fn a_refusal_that_a_person_meets_speaks_chinese() {
        let met = [
            people::member::Error::NoContact.code(),
            people::member::Error::NotSignedIn.code(),
            people::vault::Error::Contact.code(),
            people::staff::Error::NoInvitation.code(),
            people::api_key::Error::Nothing.code(),
        ];
        for code in met {
            assert!(zh(code).is_some(), "{code}");
        }
        assert_eq!(zh("store.busy"), None);
    }
}
