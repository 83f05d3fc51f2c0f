select agora.introduction_quota_json($1)
