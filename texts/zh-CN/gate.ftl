gate-closed = { $zh }
gate-past = 截止的时间要在以后。
gate-no_privilege = 没有这项权限。
gate-reason = 这个原因不能用在这里：有的用来关，有的用来开。
