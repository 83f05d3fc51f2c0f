select status, body, node from tmtp.admin_node_delete($1::text, $2::bigint)
