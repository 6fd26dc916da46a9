gate-closed = { $en }
gate-past = a gate is opened or closed until a moment that is still to come
gate-no_privilege = there is no privilege of shops "{ $privilege }"
gate-reason = "{ $reason }" is no reason for this: some reasons close a gate, others open it
