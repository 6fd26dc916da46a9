//! Who works here, and the keys of personal data, from the command line.

use crate::folder::Folder;

#[test]
fn the_first_administrator_is_invited_from_the_command_line_and_a_wrong_role_is_named() {
    let folder = Folder::imported();
    let made = folder.run(&["staff", "invite", "--role", "platform_admin", "--to", "+8613812341234"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let address = String::from_utf8(made.stdout).unwrap();
    let token = address.trim().strip_prefix("http://127.0.0.1:8618/invitation?token=").unwrap();
    assert_eq!(token.len(), 64);
    assert_eq!(folder.json(&["staff", "list"]).as_array().unwrap().len(), 0);
    for (args, part) in [
        (&["staff", "invite", "--role", "root", "--to", "+8613812341234"][..], "platform_admin"),
        (&["staff", "invite", "--role", "shop_owner", "--to", "+8613812341234"], "--shop ID"),
        (&["staff", "invite", "--role", "platform_admin", "--to", "12"], "phone number"),
        (&["staff", "list", "--shop", "x"], "--shop"),
    ] {
        let (code, text) = folder.refused(args);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(part), "{args:?}: {text}");
    }
    // Before somebody runs the platform nobody else is invited.
    let (code, text) =
        folder.refused(&["staff", "invite", "--role", "platform_orders", "--to", "+8613812341234"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("platform_admin"), "{text}");
}

#[test]
fn keys_rotate_and_a_lost_key_is_said() {
    let folder = Folder::imported();
    folder.run(&["staff", "invite", "--role", "platform_admin", "--to", "+8613812341234"]);
    let rotated = folder.run(&["vault", "rotate"]);
    let text = String::from_utf8(rotated.stdout).unwrap();
    assert_eq!(text.trim(), "1 values are sealed under key 2 now; 1 older keys were taken out");
    std::fs::remove_file(folder.data().join("vault.key")).unwrap();
    let (code, text) = folder.refused(&["vault", "rotate"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("backup"), "{text}");
    assert!(!folder.data().join("vault.key").exists());
}
