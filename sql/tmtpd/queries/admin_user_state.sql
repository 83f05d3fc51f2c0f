select status, body from tmtp.admin_user_state($1::text, $2::text::tmtp.account_state)
