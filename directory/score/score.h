/* The scorer: what evidence and checks amount to, by each framework, under a policy that is data.
 *
 * Pure: no file, no clock, no database, no memory of its own. A case comes in as numbers, what it
 * comes to goes out as numbers; words are made elsewhere. So that the same facts always give the
 * same level, a million members can be scored anew before a policy is published, and every rule
 * can be tried on every small case there is.
 *
 * The rules. An item is worth what its kind is worth, but no more than its best validation allows,
 * and one step less when it has expired; an item with a failed check is worth nothing. Of one
 * issuer only the best item counts. Superior is only what had its signature verified (vcrypt).
 * A binding (a face compared, a sign-in) counts where it is bound to the strongest item. Vouches
 * corroborate, and alone never give more than level 2. Standing is an axis of its own. Adding a
 * passed check never lowers anything.
 *
 * See docs/verification.md, "Level ladder" and "Evidence policy". */
#ifndef AGORA_SCORE_SCORE_H
#define AGORA_SCORE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCORE_ITEMS = 32,    /* pieces of evidence of a case, what a way would add included */
    SCORE_TYPES = 64,    /* kinds of evidence of a policy */
    SCORE_METHODS = 31,  /* ways to check: a bit each of a mask; the last bit is any other */
    SCORE_PROFILES = 64, /* profiles of GPG45: a bit each of a mask */
    SCORE_SLOTS = 3,     /* pieces of evidence that a profile asks for */
    SCORE_STEPS = 16,    /* steps of a way to the next level */
    SCORE_TOP_LEVEL = 4,
    SCORE_NO_TYPE = 255, /* a kind of evidence that the policy does not know: worth nothing */
};

/* Days are days since 1970-01-01; this one is none. */
#define SCORE_NO_DAY INT32_MIN

/* NIST SP 800-63A's names. */
enum score_strength { SCORE_NONE, SCORE_FAIR, SCORE_STRONG, SCORE_SUPERIOR };

enum score_class { SCORE_VALIDATION, SCORE_VERIFICATION, SCORE_CONTACT, SCORE_CONTROL };

/* A way to check, by a policy. */
struct score_method {
    char code[24]; /* check_method of OpenID Connect for Identity Assurance */
    enum score_class kind;
    enum score_strength cap; /* the most an item can be worth when this is its best validation */
    bool presented;          /* the member must have had the item */
    bool in_person;          /* member and verifier met */
    bool signature;          /* verifies an electronic signature: what makes an item superior */
    uint8_t validity;        /* GPG45, 0 to 4, of a validation */
    uint8_t verification;    /* GPG45, 0 to 4, of a verification */
};

/* A kind of evidence, by a policy. */
struct score_type {
    char name[68];                /* type/subtype */
    enum score_strength strength; /* worth when it is validated */
    bool superior_by_signature;   /* superior once its signature was verified */
    bool vouch;                   /* another person's word */
    bool membership;              /* the society's own record: known, once signed in there */
    bool standing;                /* authoritative for professional standing */
    int32_t max_age_days;         /* days after issuance for which it counts; 0: no limit */
    uint32_t methods;             /* checks that it allows */
    uint8_t gpg45_strength;       /* 0 to 4 */
    uint8_t gpg45_signed;         /* the same once its signature was verified */
    uint8_t activity;             /* GPG45 activity history that it shows */
    uint8_t fraud;                /* GPG45 identity fraud score that it shows */
};

/* A profile of GPG45: pieces of evidence, strongest first, and scores. */
struct score_profile {
    char name[8];
    uint8_t level; /* 1 low, 2 medium, 3 high, 4 very high */
    uint8_t slots;
    uint8_t strength[SCORE_SLOTS];
    uint8_t validity[SCORE_SLOTS];
    uint8_t activity;
    uint8_t fraud;
    uint8_t verification;
};

/* A policy. */
struct score_policy {
    struct score_method method[SCORE_METHODS];
    struct score_type type[SCORE_TYPES];
    struct score_profile profile[SCORE_PROFILES];
    size_t methods, types, profiles;
    uint8_t birthdate_from; /* level from which the date of birth is needed */
    uint8_t vouches;        /* independent vouches that give level 2; 0: none do */
    uint8_t sweep;          /* GPG45 fraud score of having found nobody else like this */
    uint8_t nist_fraud;     /* fraud score that IAL2 needs */
    int32_t standing_days;  /* age of a register's answer up to which standing is current */
    uint32_t of_class[4];   /* methods of each enum score_class: made by score_policy_ready() */
    uint32_t presented, in_person, signature; /* methods with that mark: made likewise */
};

/* A piece of evidence with its latest checks. */
struct score_item {
    uint8_t type;      /* index in the policy's types, or SCORE_NO_TYPE */
    uint16_t issuer;   /* equal numbers are one issuer */
    uint32_t passed;   /* methods whose latest check passed */
    uint32_t failed;   /* methods whose latest check failed */
    int32_t issued;    /* day, or SCORE_NO_DAY */
    int32_t expires;   /* last day on which it is valid, or SCORE_NO_DAY */
    int32_t looked_up; /* day of its latest passed validation, or SCORE_NO_DAY */
};

/* What is known about a case. */
struct score_case {
    struct score_item item[SCORE_ITEMS];
    size_t items;
    int32_t today;
    uint32_t duplicates; /* other persons who may be this one */
    bool contact;        /* an address answers */
    bool named;          /* given name and family name are stated */
    bool born;           /* date of birth is stated */
};

/* What a case lacks for a level: bits. */
enum score_lack {
    SCORE_LACKS_CONTACT = 1, /* an address that answers: level 1 */
    SCORE_LACKS_NAME = 2,    /* level 2 */
    SCORE_LACKS_SEEN = 4,    /* a document looked at, or a known member: level 2 */
    SCORE_LACKS_BIRTH = 8,   /* the policy says from when */
    SCORE_LACKS_PAIR = 16,   /* two independent items of which one strong, or a superior: level 3 */
    SCORE_LACKS_BOUND = 32,  /* the member is who the strongest item is about: level 3 */
    SCORE_LACKS_SETTLED = 64, /* no item unchecked or failed: level 3 */
    SCORE_LACKS_MET = 128,    /* bound in person: level 4 */
};

enum score_standing { SCORE_NOT_KNOWN, SCORE_CURRENT, SCORE_OLD, SCORE_LAPSED };

/* What an item comes to. */
struct score_worth {
    enum score_strength worth;
    bool validated; /* a validation passed and no check failed */
    bool failed;    /* a check failed: it is worth nothing */
    bool aged;      /* not issued recently enough for its kind, or nobody knows when */
    bool expired;
    bool presented;
    bool bound; /* a verification passed and no check failed */
    bool met;   /* bound by somebody who met the member */
    uint8_t gpg45_strength, gpg45_validity, gpg45_verification;
};

/* What a case comes to. */
struct score_result {
    uint8_t level;    /* our ladder, 0 to 4 */
    uint8_t ial;      /* NIST, 0 to 2; IAL3 needs a retained biometric and is never claimed */
    uint8_t gpg45;    /* 0 none, 1 low, 2 medium, 3 high, 4 very high */
    uint32_t lacks;   /* bits of enum score_lack */
    uint64_t matched; /* profiles of GPG45 that are met: bits by index */
    uint8_t activity, fraud, verification, strength, validity; /* GPG45: the best of each */
    enum score_standing standing;
    bool shared_issuer;  /* items of one issuer: only the best counted */
    int32_t holds_until; /* first day on which the same facts may come to something else */
    struct score_worth worth[SCORE_ITEMS];
};

/** Make a policy's masks from its methods. To be called once after filling it. */
void score_policy_ready(struct score_policy *policy);

/**
 * Score a case.
 *
 * @param policy made ready
 * @param c      facts; an item of a type that the policy does not know is worth nothing
 * @param[out] r all of it is written
 */
void score_evaluate(const struct score_policy *policy, const struct score_case *c,
                    struct score_result *r);

/** What one item comes to on a day; part of score_evaluate(). */
void score_item_worth(const struct score_policy *policy, const struct score_item *item,
                      int32_t today, struct score_worth *worth);

/**
 * Whether one profile of GPG45 is met: pieces of evidence by different issuers fill its slots, and
 * the verification is of one as strong as its strongest slot.
 */
bool score_profile_met(const struct score_profile *profile, const struct score_case *c,
                       const struct score_result *r);

/** Which lacks stand in the way of a level under a policy: a mask. */
uint32_t score_needed_for(const struct score_policy *policy, unsigned level);

/* A step on the way to a level. */
enum score_act {
    SCORE_ANSWER_CODE,
    SCORE_STATE_NAME,
    SCORE_STATE_BIRTHDATE,
    SCORE_ADD,      /* evidence of `type`; it becomes item `item` */
    SCORE_CHECK,    /* item `item` by `method` */
    SCORE_TAKE_BACK /* item `item`, of which a check failed */
};

struct score_step {
    enum score_act act;
    uint8_t item, type, method;
};

/* The rule set that a way leads up in. */
enum score_framework { SCORE_LADDER, SCORE_NIST, SCORE_GPG45 };

struct score_way {
    struct score_step step[SCORE_STEPS];
    size_t steps; /* 0 when there is none, or none is needed */
    bool found;
};

/**
 * The shortest way to a level: the fewest steps of adding evidence, passing checks and stating
 * facts that the policy has, whose outcome is that level.
 *
 * @param policy  made ready
 * @param c       where it starts
 * @param in      rule set
 * @param level   level wanted in it
 * @param checked true: evidence that is added counts as checked remotely, so that only what a
 *                member does is a step
 * @param[out] way found is false when more than SCORE_STEPS steps, or none, would do
 */
void score_shortest_way(const struct score_policy *policy, const struct score_case *c,
                        enum score_framework in, unsigned level, bool checked,
                        struct score_way *way);

/** The same case as if all of its evidence had been found good remotely: what a member may know. */
void score_assume_checked(const struct score_policy *policy, struct score_case *c);

#endif
