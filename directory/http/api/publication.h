/* Profiles on the open web: /api/v1/me/publication, /robots.txt, /sitemap.xml. */
#ifndef AGORA_HTTP_API_PUBLICATION_H
#define AGORA_HTTP_API_PUBLICATION_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status publication_get_mine(struct request *rq, struct response *rs);
enum agora_status publication_put_mine(struct request *rq, struct response *rs);
enum agora_status robots_get(struct request *rq, struct response *rs);
enum agora_status sitemap_get(struct request *rq, struct response *rs);
enum agora_status sitemap_get_part(struct request *rq, struct response *rs);

#endif
