/* A stream that begins with what the browser missed since Last-Event-ID. */
#include "directory/http/api/events.h"

#include "directory/domain/event.h"

enum agora_status events_get(struct request *rq, struct response *rs)
{
    const char *missed = NULL;
    enum agora_status s = response_events(rs, rq->hub, rq->viewer.account);

    if (s == AGORA_OK)
        s = event_replay(&rq->work, rq->viewer.account, request_header(rq, "last-event-id"),
                         &missed);
    return s == AGORA_OK ? response_events_missed(rs, missed) : s;
}
