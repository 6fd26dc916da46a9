api_key-nothing = a key needs at least one permission
api_key-ungrantable = a key here cannot have the permission { $permission }
api_key-name = a key's name has from 1 to { $most } characters, none of them a control character
api_key-ended = a key's end must be later than now
api_key-crowded = at most { $most } keys can be in use here: revoke one first
api_key-closed = this key opens nothing: it was revoked, its time is over, or it never was
api_key-no_key = there is no key { $key } in use here
