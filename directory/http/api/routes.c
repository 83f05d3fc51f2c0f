/* Every route there is: method, path, who may call it, octets of body, lane, flags, handler. One
 * api file a resource; its rows stand together, under its name. A path that is not here is a page
 * of the browser app, or nothing. */
#include "directory/http/api/routes.h"

#include "directory/http/api/appeal.h"
#include "directory/http/api/application.h"
#include "directory/http/api/audit.h"
#include "directory/http/api/block.h"
#include "directory/http/api/case.h"
#include "directory/http/api/case_work.h"
#include "directory/http/api/complaint.h"
#include "directory/http/api/concierge.h"
#include "directory/http/api/connector.h"
#include "directory/http/api/contact.h"
#include "directory/http/api/duplicate.h"
#include "directory/http/api/embed.h"
#include "directory/http/api/events.h"
#include "directory/http/api/evidence.h"
#include "directory/http/api/instance.h"
#include "directory/http/api/introduction.h"
#include "directory/http/api/knows.h"
#include "directory/http/api/member.h"
#include "directory/http/api/oidc.h"
#include "directory/http/api/outbox.h"
#include "directory/http/api/place.h"
#include "directory/http/api/policy.h"
#include "directory/http/api/profile.h"
#include "directory/http/api/proof.h"
#include "directory/http/api/provenance.h"
#include "directory/http/api/public_page.h"
#include "directory/http/api/publication.h"
#include "directory/http/api/retention.h"
#include "directory/http/api/role.h"
#include "directory/http/api/roster.h"
#include "directory/http/api/saved.h"
#include "directory/http/api/search.h"
#include "directory/http/api/session.h"
#include "directory/http/api/system.h"
#include "directory/http/api/tmtp.h"
#include "directory/http/api/topic.h"
#include "directory/http/api/two_person.h"
#include "directory/http/api/unsubscribe.h"
#include "directory/http/api/verification.h"
#include "directory/http/api/vocabulary.h"
#include "directory/http/api/vouch.h"

/* clang-format off */
const struct route api_routes[] = {
    /* system: health, metrics, the description of the interface */
    {"GET", "/healthz", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, system_healthz},
    {"GET", "/readyz", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, system_readyz},
    {"GET", "/metrics", WHO_PUBLIC, 0, LANE_FAST, ROUTE_INTERNAL | ROUTE_ANONYMOUS, system_metrics},
    {"GET", "/api/v1/openapi.json", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, system_openapi},

    {"GET", "/api/v1/instance", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, instance_get},

    /* account: joining, signing in, sessions; hashing a password is slow on purpose */
    {"POST", "/api/v1/applications", WHO_PUBLIC, BODY_SMALL, LANE_SLOW, ROUTE_RATE_SIGN_IN, application_create},
    {"POST", "/api/v1/applications/confirm", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_RATE_SIGN_IN, application_confirm},
    {"POST", "/api/v1/password-resets", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_RATE_SIGN_IN, password_reset_create},
    {"POST", "/api/v1/password-resets/confirm", WHO_PUBLIC, BODY_SMALL, LANE_SLOW, ROUTE_RATE_SIGN_IN, password_reset_confirm},
    {"GET", "/api/v1/session", WHO_MEMBER, 0, LANE_FAST, 0, api_session_read},
    {"POST", "/api/v1/session", WHO_PUBLIC, BODY_SMALL, LANE_SLOW, ROUTE_RATE_SIGN_IN, api_session_create},
    {"DELETE", "/api/v1/session", WHO_MEMBER, 0, LANE_FAST, 0, api_session_delete},
    {"GET", "/api/v1/sessions", WHO_MEMBER, 0, LANE_FAST, 0, api_sessions_list},
    {"DELETE", "/api/v1/sessions/{id}", WHO_MEMBER, 0, LANE_FAST, 0, api_sessions_delete},

    /* oidc: the OpenID provider; the JWKS of its own is for TMTP servers, which take RSA keys only */
    {"GET", "/.well-known/openid-configuration", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, oidc_get_discovery},
    {"GET", "/oauth2/jwks", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, oidc_get_jwks},
    {"GET", "/oauth2/jwks/tmtp", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, oidc_get_jwks},
    {"GET", "/oauth2/authorize", WHO_PUBLIC, 0, LANE_FAST, 0, oidc_get_authorize},
    {"POST", "/oauth2/authorize", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_FORM | ROUTE_NO_CSRF, oidc_post_authorize},
    {"POST", "/oauth2/consent", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_FORM, oidc_post_consent},
    {"POST", "/oauth2/token", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_FORM | ROUTE_NO_CSRF | ROUTE_CORS | ROUTE_ANONYMOUS, oidc_post_token},
    {"GET", "/oauth2/userinfo", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, oidc_any_userinfo},
    {"POST", "/oauth2/userinfo", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_FORM | ROUTE_NO_CSRF | ROUTE_CORS | ROUTE_ANONYMOUS, oidc_any_userinfo},

    /* vocabulary: the words of forms */
    {"GET", "/api/v1/vocabulary", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, vocabulary_get},

    /* profile and search: members, the own profile, topics, places */
    {"GET", "/api/v1/members", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, member_search},
    {"GET", "/api/v1/members/{handle}", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, member_get},
    {"GET", "/api/v1/me/profile", WHO_MEMBER, 0, LANE_FAST, 0, profile_get_mine},
    {"PATCH", "/api/v1/me/profile", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH | ROUTE_MERGE_PATCH, profile_patch_mine},
    {"GET", "/api/v1/complete", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, search_suggest},
    {"GET", "/api/v1/topics", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, topic_list},
    {"GET", "/api/v1/topics/{id}", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, topic_get},
    {"GET", "/api/v1/places", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, place_list},
    {"GET", "/api/v1/places/{id}", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, place_get},

    /* topics: what members propose, and how admins keep them */
    {"GET", "/api/v1/me/topic-proposals", WHO_MEMBER, 0, LANE_FAST, 0, topic_get_proposals},
    {"POST", "/api/v1/me/topic-proposals", WHO_MEMBER, BODY_SMALL, LANE_FAST, ROUTE_IDEMPOTENT, topic_post_proposal},
    {"DELETE", "/api/v1/me/topic-proposals/{id}", WHO_MEMBER, 0, LANE_FAST, 0, topic_delete_proposal},
    {"GET", "/api/v1/admin/topics", WHO_ADMIN, 0, LANE_SLOW, 0, topic_get_kept_list},
    {"POST", "/api/v1/admin/topics", WHO_ADMIN, BODY_SMALL, LANE_SLOW, ROUTE_IDEMPOTENT, topic_post_new},
    {"GET", "/api/v1/admin/topics/{id}", WHO_ADMIN, 0, LANE_FAST, 0, topic_get_kept},
    {"POST", "/api/v1/admin/topics/{id}/merge", WHO_ADMIN, BODY_SMALL, LANE_SLOW, 0, topic_post_merge},
    {"PUT", "/api/v1/admin/topics/{id}/labels", WHO_ADMIN, BODY_SMALL, LANE_SLOW, 0, topic_put_label},
    {"PUT", "/api/v1/admin/topics/{id}/broader", WHO_ADMIN, BODY_SMALL, LANE_SLOW, 0, topic_put_place},
    {"GET", "/api/v1/admin/topic-proposals", WHO_ADMIN, 0, LANE_SLOW, 0, topic_get_queue},
    {"POST", "/api/v1/admin/topic-proposals/{id}/decision", WHO_ADMIN, BODY_SMALL, LANE_SLOW, 0, topic_post_decision},

    /* saved searches, who could introduce, questions to the organisation */
    {"GET", "/api/v1/me/searches", WHO_MEMBER, 0, LANE_FAST, 0, saved_get_list},
    {"POST", "/api/v1/me/searches", WHO_MEMBER, BODY_SMALL, LANE_FAST, ROUTE_IDEMPOTENT, saved_post},
    {"PATCH", "/api/v1/me/searches/{id}", WHO_MEMBER, BODY_SMALL, LANE_FAST, ROUTE_MERGE_PATCH, saved_patch_one},
    {"DELETE", "/api/v1/me/searches/{id}", WHO_MEMBER, 0, LANE_FAST, 0, saved_delete_one},
    {"GET", "/api/v1/me/searches/{id}/members", WHO_MEMBER, 0, LANE_FAST, 0, saved_get_members},
    {"POST", "/api/v1/me/searches/{id}/looked", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, saved_post_looked},
    {"GET", "/unsubscribe/{token}", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, unsubscribe_get},
    {"POST", "/unsubscribe/{token}", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_RAW | ROUTE_NO_CSRF | ROUTE_ANONYMOUS, unsubscribe_post},
    {"GET", "/api/v1/members/{handle}/introducers", WHO_MEMBER, 0, LANE_FAST, 0, knows_get_introducers},
    {"GET", "/api/v1/me/knows", WHO_MEMBER, 0, LANE_FAST, 0, knows_get_mine},
    {"PUT", "/api/v1/me/knows", WHO_MEMBER, BODY_SMALL, LANE_FAST, 0, knows_put_mine},
    {"GET", "/api/v1/me/concierge", WHO_MEMBER, 0, LANE_FAST, 0, concierge_get_mine},
    {"POST", "/api/v1/me/concierge", WHO_MEMBER, BODY_SMALL, LANE_FAST, ROUTE_IDEMPOTENT, concierge_post},
    {"GET", "/api/v1/concierge", WHO_VERIFIER | WHO_ADMIN, 0, LANE_FAST, 0, concierge_get_list},
    {"POST", "/api/v1/concierge/{id}/answer", WHO_VERIFIER | WHO_ADMIN, BODY_SMALL, LANE_FAST, 0, concierge_post_answer},

    /* verification: cases, as their members and as verifiers handle them, and what came of them */
    {"GET", "/api/v1/me/verification", WHO_MEMBER, 0, LANE_FAST, 0, verification_get_mine},
    {"POST", "/api/v1/cases", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, case_open},
    {"GET", "/api/v1/cases", WHO_VERIFIER | WHO_ADMIN, 0, LANE_FAST, 0, case_list},
    {"POST", "/api/v1/cases/next", WHO_VERIFIER, BODY_NONE_NEEDED, LANE_FAST, 0, case_next},
    {"GET", "/api/v1/cases/{id}", WHO_MEMBER, 0, LANE_FAST, 0, case_get},
    {"PUT", "/api/v1/cases/{id}/claims", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_put_claims},
    {"POST", "/api/v1/cases/{id}/evidence", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, case_add_evidence},
    {"DELETE", "/api/v1/cases/{id}/evidence/{evidence}", WHO_MEMBER, 0, LANE_FAST, 0, case_remove_evidence},
    {"POST", "/api/v1/cases/{id}/submit", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, ROUTE_IF_MATCH, case_submit},
    {"POST", "/api/v1/cases/{id}/withdraw", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, case_withdraw},
    {"POST", "/api/v1/cases/{id}/checks", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, case_record_check},
    {"POST", "/api/v1/cases/{id}/ask", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_ask},
    {"POST", "/api/v1/cases/{id}/release", WHO_VERIFIER | WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, 0, case_release},
    {"POST", "/api/v1/cases/{id}/decision", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_decide},
    {"GET", "/api/v1/cases/pairs", WHO_VERIFIER | WHO_ADMIN, 0, LANE_FAST, 0, case_pairs},
    {"POST", "/api/v1/cases/{id}/clear", WHO_VERIFIER | WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, ROUTE_IF_MATCH, case_clear},
    {"POST", "/api/v1/cases/{id}/refusal", WHO_VERIFIER | WHO_ADMIN, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_refuse},
    {"POST", "/api/v1/cases/{id}/conflict", WHO_VERIFIER, BODY_JSON, LANE_FAST, 0, case_conflict},
    {"POST", "/api/v1/cases/{id}/referee", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_refer},
    {"POST", "/api/v1/cases/{id}/session", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_book_session},
    {"POST", "/api/v1/cases/{id}/session/choice", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_choose_session},
    {"POST", "/api/v1/cases/{id}/session/end", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_end_session},
    {"POST", "/api/v1/cases/{id}/second/findings", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, case_find},
    {"POST", "/api/v1/cases/{id}/second", WHO_VERIFIER, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, case_second},
    {"POST", "/api/v1/verifications/{id}/revoke", WHO_VERIFIER | WHO_ADMIN, BODY_JSON, LANE_FAST, 0, verification_post_revoke},

    /* evidence policy: versions, simulation, publication; how far a case is by it */
    {"GET", "/api/v1/cases/{id}/level", WHO_MEMBER, 0, LANE_FAST, 0, policy_case_level},
    {"GET", "/api/v1/admin/policies", WHO_ADMIN, 0, LANE_FAST, 0, policy_get_list},
    {"GET", "/api/v1/admin/policies/{id}", WHO_ADMIN, 0, LANE_FAST, 0, policy_get_one},
    {"PUT", "/api/v1/admin/policies/draft", WHO_ADMIN, BODY_JSON, LANE_FAST, 0, policy_put_draft},
    {"POST", "/api/v1/admin/policies/{id}/simulate", WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, 0, policy_post_simulate},
    {"POST", "/api/v1/admin/policies/{id}/publish", WHO_ADMIN, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH, policy_post_publish},
    {"GET", "/api/v1/admin/simulations/{id}", WHO_ADMIN, 0, LANE_FAST, 0, policy_get_simulation},

    /* the life of a verification, and what needs two persons */
    {"POST", "/api/v1/verifications/{id}/suspend", WHO_VERIFIER | WHO_ADMIN, BODY_JSON, LANE_FAST, 0, verification_post_suspend},
    {"POST", "/api/v1/verifications/{id}/reinstate", WHO_VERIFIER | WHO_ADMIN, BODY_JSON, LANE_FAST, 0, verification_post_reinstate},
    {"GET", "/api/v1/two-person", WHO_STAFF, 0, LANE_FAST, 0, two_person_get_list},
    {"POST", "/api/v1/two-person", WHO_STAFF, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, two_person_post},
    {"GET", "/api/v1/two-person/{id}", WHO_STAFF, 0, LANE_FAST, 0, two_person_get_one},
    {"POST", "/api/v1/two-person/{id}/confirm", WHO_STAFF, BODY_NONE_NEEDED, LANE_FAST, ROUTE_IF_MATCH, two_person_post_confirm},
    {"POST", "/api/v1/two-person/{id}/refuse", WHO_STAFF, BODY_JSON, LANE_FAST, 0, two_person_post_refuse},
    {"GET", "/api/v1/two-person/{id}/case", WHO_STAFF, 0, LANE_FAST, 0, two_person_get_case},
    {"GET", "/api/v1/admin/recall", WHO_ADMIN, 0, LANE_SLOW, 0, recall_get_radius},
    {"GET", "/api/v1/admin/roles", WHO_AUDITOR | WHO_ADMIN, 0, LANE_SLOW, 0, role_get_list},
    {"POST", "/api/v1/admin/roles/{handle}/revoke", WHO_ADMIN, BODY_SMALL, LANE_FAST, 0, role_post_revoke},

    /* duplicates: persons who may be one */
    {"GET", "/api/v1/duplicates", WHO_VERIFIER | WHO_ADMIN, 0, LANE_SLOW, 0, duplicate_get_list},
    {"POST", "/api/v1/duplicates/apart", WHO_VERIFIER | WHO_ADMIN, BODY_JSON, LANE_SLOW, 0, duplicate_post_apart},

    /* vouches: naming a voucher, what the voucher says, what verifiers look at again */
    {"GET", "/api/v1/cases/{id}/vouches", WHO_MEMBER, 0, LANE_FAST, 0, vouch_get_of_case},
    {"POST", "/api/v1/cases/{id}/vouches", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, vouch_post_name},
    {"POST", "/api/v1/cases/{id}/wait-for-vouchers", WHO_VERIFIER, BODY_NONE_NEEDED, LANE_FAST, ROUTE_IF_MATCH, vouch_post_wait},
    {"GET", "/api/v1/vouches", WHO_MEMBER, 0, LANE_FAST, 0, vouch_get_list},
    {"POST", "/api/v1/vouches/{id}/give", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, vouch_post_give},
    {"POST", "/api/v1/vouches/{id}/decline", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, vouch_post_decline},
    {"POST", "/api/v1/vouches/{id}/withdraw", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, vouch_post_withdraw},
    {"POST", "/api/v1/vouches/{id}/repeat", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, vouch_post_repeat},
    {"GET", "/api/v1/vouch-reviews", WHO_VERIFIER, 0, LANE_FAST, 0, vouch_get_reviews},
    {"POST", "/api/v1/vouch-reviews/{id}", WHO_VERIFIER, BODY_JSON, LANE_FAST, 0, vouch_post_review},

    /* redress: appeals of members, complaints of anybody */
    {"GET", "/api/v1/me/appeals", WHO_MEMBER, 0, LANE_FAST, 0, appeal_get_mine},
    {"POST", "/api/v1/cases/{id}/appeal", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, appeal_post_case},
    {"POST", "/api/v1/verifications/{id}/appeal", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, appeal_post_verification},
    {"GET", "/api/v1/appeals", WHO_VERIFIER | WHO_ADMIN, 0, LANE_FAST, 0, appeal_get_list},
    {"GET", "/api/v1/appeals/{id}", WHO_MEMBER, 0, LANE_FAST, 0, appeal_get_one},
    {"POST", "/api/v1/appeals/{id}/acknowledge", WHO_VERIFIER | WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, 0, appeal_post_acknowledge},
    {"POST", "/api/v1/appeals/{id}/decision", WHO_VERIFIER | WHO_ADMIN, BODY_JSON, LANE_FAST, 0, appeal_post_decision},
    {"POST", "/api/v1/complaints", WHO_PUBLIC, BODY_JSON, LANE_FAST, ROUTE_RATE_SIGN_IN, complaint_post},
    {"POST", "/api/v1/complaints/confirm", WHO_PUBLIC, BODY_SMALL, LANE_FAST, ROUTE_RATE_SIGN_IN, complaint_post_confirm},
    {"GET", "/api/v1/complaints", WHO_ADMIN, 0, LANE_SLOW, 0, complaint_get_list},
    {"POST", "/api/v1/complaints/{id}/acknowledge", WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, 0, complaint_post_acknowledge},
    {"POST", "/api/v1/complaints/{id}/decision", WHO_ADMIN, BODY_JSON, LANE_FAST, 0, complaint_post_decision},

    /* retention: what is kept how long, and legal holds */
    {"GET", "/api/v1/admin/retention", WHO_ADMIN, 0, LANE_SLOW, 0, retention_get},
    {"POST", "/api/v1/admin/legal-holds", WHO_ADMIN, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, hold_post},
    {"POST", "/api/v1/admin/legal-holds/{id}/extend", WHO_ADMIN, BODY_JSON, LANE_FAST, 0, hold_post_extend},
    {"POST", "/api/v1/admin/legal-holds/{id}/lift", WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, 0, hold_post_lift},

    /* evidence files: sent in parts, seen as pages */
    {"GET", "/api/v1/cases/{id}/files", WHO_MEMBER, 0, LANE_FAST, 0, evidence_get_list},
    {"POST", "/api/v1/cases/{id}/files", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, evidence_post},
    {"PUT", "/api/v1/cases/{id}/files/keeping", WHO_MEMBER, BODY_SMALL, LANE_FAST, 0, evidence_put_keeping},
    {"GET", "/api/v1/files/{id}", WHO_MEMBER, 0, LANE_FAST, 0, evidence_get_one},
    {"PATCH", "/api/v1/files/{id}", WHO_MEMBER, BODY_PART, LANE_FAST, ROUTE_OCTETS, evidence_patch},
    {"DELETE", "/api/v1/files/{id}", WHO_MEMBER, 0, LANE_FAST, 0, evidence_delete},
    {"POST", "/api/v1/files/{id}/noted", WHO_VERIFIER, BODY_JSON, LANE_FAST, 0, evidence_post_noted},
    {"GET", "/api/v1/files/{id}/pages/{page}", WHO_MEMBER, 0, LANE_FAST, 0, evidence_get_page},

    /* checks that run by themselves: what members prove, where is looked, lists that are imported */
    {"GET", "/api/v1/me/proofs", WHO_MEMBER, 0, LANE_FAST, 0, proof_get_list},
    {"POST", "/api/v1/me/proofs/email", WHO_MEMBER, BODY_SMALL, LANE_FAST, 0, proof_post_email},
    {"POST", "/api/v1/me/proofs/email/code", WHO_MEMBER, BODY_SMALL, LANE_FAST, 0, proof_post_email_code},
    {"POST", "/api/v1/me/proofs/web", WHO_MEMBER, BODY_SMALL, LANE_FAST, ROUTE_IDEMPOTENT, proof_post_web},
    {"POST", "/api/v1/me/proofs/{id}/check", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, proof_post_check},
    {"DELETE", "/api/v1/me/proofs/{id}", WHO_MEMBER, 0, LANE_FAST, 0, proof_delete},
    {"GET", "/api/v1/cases/{id}/automatic", WHO_VERIFIER, 0, LANE_FAST, 0, proof_get_of_case},
    {"GET", "/api/v1/admin/connectors", WHO_ADMIN, 0, LANE_FAST, 0, connector_get_list},
    {"POST", "/api/v1/admin/connectors", WHO_ADMIN, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, connector_post},
    {"PATCH", "/api/v1/admin/connectors/{id}", WHO_ADMIN, BODY_JSON, LANE_FAST, ROUTE_IF_MATCH | ROUTE_MERGE_PATCH, connector_patch_one},
    {"POST", "/api/v1/admin/connectors/{id}/trial", WHO_ADMIN, BODY_SMALL, LANE_FAST, 0, connector_post_trial},
    {"GET", "/api/v1/admin/rosters", WHO_ADMIN, 0, LANE_SLOW, 0, roster_get_list},
    {"POST", "/api/v1/admin/rosters/{id}/imports", WHO_ADMIN, BODY_ROSTER, LANE_SLOW, ROUTE_RAW, roster_post_import},
    {"GET", "/api/v1/admin/roster-imports/{id}", WHO_ADMIN, 0, LANE_FAST, 0, roster_get_import},
    {"DELETE", "/api/v1/admin/roster-imports/{id}", WHO_ADMIN, 0, LANE_SLOW, 0, roster_delete_import},
    {"GET", "/api/v1/admin/roster-imports/{id}/faults", WHO_ADMIN, 0, LANE_SLOW, 0, roster_get_faults},
    {"POST", "/api/v1/admin/roster-imports/{id}/apply", WHO_ADMIN, BODY_NONE_NEEDED, LANE_SLOW, 0, roster_post_apply},
    {"POST", "/api/v1/admin/roster-imports/{id}/undo", WHO_ADMIN, BODY_NONE_NEEDED, LANE_SLOW, 0, roster_post_undo},

    /* provenance: what a verification tells others; receipts; the audit log and the figures */
    {"GET", "/api/v1/members/{handle}/verification", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, 0, provenance_get},
    {"GET", "/api/v1/me/verification/disclosure", WHO_MEMBER, 0, LANE_FAST, 0, disclosure_get_mine},
    {"PUT", "/api/v1/me/verification/disclosure", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, disclosure_put_mine},
    {"GET", "/api/v1/me/verification/receipts", WHO_MEMBER, 0, LANE_FAST, 0, receipt_get_list},
    {"POST", "/api/v1/me/verification/receipt", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, receipt_post},
    {"DELETE", "/api/v1/me/verification/receipts/{id}", WHO_MEMBER, 0, LANE_FAST, 0, receipt_delete},
    {"GET", "/api/v1/receipts/{id}", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS, receipt_get_status},
    {"GET", "/.well-known/agora-keys", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, receipt_get_keys},
    {"GET", "/.well-known/agora-audit-checkpoint", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS, audit_get_checkpoint},
    {"GET", "/api/v1/admin/audit", WHO_AUDITOR | WHO_ADMIN, 0, LANE_SLOW, 0, audit_get_page},
    {"POST", "/api/v1/admin/audit/check", WHO_AUDITOR | WHO_ADMIN, BODY_SMALL, LANE_SLOW, 0, audit_post_check},
    {"GET", "/api/v1/admin/statistics", WHO_ADMIN | WHO_VERIFIER, 0, LANE_SLOW, 0, statistics_get_json},
    {"GET", "/api/v1/admin/statistics.csv", WHO_ADMIN | WHO_VERIFIER, 0, LANE_SLOW, 0, statistics_get_csv},

    /* the open web: pages that strangers read without JavaScript, robots, contact cards, the widget */
    {"GET", "/", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS | ROUTE_PAGE, page_get_search},
    {"GET", "/m/{handle}", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS | ROUTE_PAGE, page_get_profile},
    {"GET", "/embed/search", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS | ROUTE_RATE_PUBLIC, embed_get_search},
    {"GET", "/robots.txt", WHO_PUBLIC, 0, LANE_SLOW, ROUTE_ANONYMOUS | ROUTE_RATE_PUBLIC, robots_get},
    {"GET", "/sitemap.xml", WHO_PUBLIC, 0, LANE_SLOW, ROUTE_ANONYMOUS | ROUTE_RATE_PUBLIC, sitemap_get},
    {"GET", "/sitemap/{part}", WHO_PUBLIC, 0, LANE_SLOW, ROUTE_ANONYMOUS | ROUTE_RATE_PUBLIC, sitemap_get_part},
    {"GET", "/.well-known/webfinger", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS | ROUTE_CORS | ROUTE_RATE_PUBLIC, webfinger_get},
    {"GET", "/api/v1/members/{handle}/card.vcf", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, ROUTE_RATE_PUBLIC, contact_get_vcard},
    {"GET", "/api/v1/members/{handle}/card.json", WHO_PUBLIC | WHO_MEMBER, 0, LANE_FAST, ROUTE_RATE_PUBLIC, contact_get_jscontact},
    {"GET", "/api/v1/me/publication", WHO_MEMBER, 0, LANE_FAST, 0, publication_get_mine},
    {"PUT", "/api/v1/me/publication", WHO_MEMBER, BODY_SMALL, LANE_FAST, 0, publication_put_mine},

    /* introductions: asking, answering, ending; blocks; the TMTP account */
    {"GET", "/api/v1/introductions", WHO_MEMBER, 0, LANE_FAST, 0, introduction_get_list},
    {"POST", "/api/v1/introductions", WHO_MEMBER, BODY_JSON, LANE_FAST, ROUTE_IDEMPOTENT, introduction_post},
    {"GET", "/api/v1/introductions/quota", WHO_MEMBER, 0, LANE_FAST, 0, introduction_get_quota},
    {"GET", "/api/v1/introductions/{id}", WHO_MEMBER, 0, LANE_FAST, 0, introduction_get_one},
    {"POST", "/api/v1/introductions/{id}/accept", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, introduction_post_accept},
    {"POST", "/api/v1/introductions/{id}/decline", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, introduction_post_decline},
    {"POST", "/api/v1/introductions/{id}/withdraw", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, introduction_post_withdraw},
    {"POST", "/api/v1/introductions/{id}/end", WHO_MEMBER, BODY_JSON, LANE_FAST, 0, introduction_post_end},
    {"GET", "/api/v1/blocks", WHO_MEMBER, 0, LANE_FAST, 0, block_get_list},
    {"PUT", "/api/v1/blocks/{handle}", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, block_put},
    {"DELETE", "/api/v1/blocks/{handle}", WHO_MEMBER, 0, LANE_FAST, 0, block_delete},
    {"GET", "/api/v1/me/tmtp", WHO_MEMBER, 0, LANE_FAST, 0, tmtp_get_mine},
    {"POST", "/api/v1/me/tmtp/code", WHO_MEMBER, BODY_NONE_NEEDED, LANE_FAST, 0, tmtp_post_code},

    /* live updates, and the worker's queue for the admin */
    {"GET", "/api/v1/events", WHO_MEMBER, 0, LANE_FAST, 0, events_get},
    {"GET", "/api/v1/admin/outbox", WHO_ADMIN, 0, LANE_SLOW, 0, outbox_get_list},
    {"POST", "/api/v1/admin/outbox/{id}/retry", WHO_ADMIN, BODY_NONE_NEEDED, LANE_FAST, 0, outbox_post_retry},
};
/* clang-format on */

const size_t api_routes_n = sizeof api_routes / sizeof api_routes[0];
