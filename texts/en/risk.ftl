risk-unpaid = there are orders that wait for your payment: pay for them or call them off first
risk-units = a new account cannot buy that many of one thing yet: take fewer of it
risk-too_many = more was ordered this way in a short time than can be taken: try again later, or ask customer service
