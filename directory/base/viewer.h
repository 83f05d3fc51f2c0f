/* Who is asking: nobody, or a signed-in account with its rights. */
#ifndef AGORA_BASE_VIEWER_H
#define AGORA_BASE_VIEWER_H

#include <stdint.h>

/* Rights, as bits: a route says which may call it, a viewer has some. Every signed-in account is a
 * member; WHO_PUBLIC is nobody in particular. A route with 0 lets no one in. */
enum who {
    WHO_PUBLIC = 1,
    WHO_MEMBER = 2,
    WHO_VERIFIER = 4,
    WHO_ADMIN = 8,
    WHO_AUDITOR = 16,
    WHO_PRIVACY_OFFICER = 32,
    WHO_STAFF = WHO_VERIFIER | WHO_ADMIN | WHO_AUDITOR | WHO_PRIVACY_OFFICER,
    WHO_SIGNED_IN = WHO_MEMBER | WHO_STAFF,
};

struct viewer {
    char account[37];         /* UUID as text; "" when nobody is signed in */
    unsigned roles;           /* WHO_ bits, WHO_MEMBER included when signed in; 0 for nobody */
    char session[65];         /* id of the session (not the secret in the cookie), "" when none */
    int64_t authenticated_us; /* when they last proved who they are, microseconds since 1970 */
};

#endif
