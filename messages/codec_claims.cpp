#include "messages/codec_messages.hpp"

/// What a framework says of its claims, and hears of them.
namespace entente::codec {

void put(schema::ClaimSlots::Builder to, const claim_slots& x) {
  to.setFramework(as_text(x.framework));
  put(to.initClaim(), x.claim);
  to.setRevision(x.revision);
}

void take(schema::ClaimSlots::Reader from, claim_slots& x) {
  take(from.getFramework(), x.framework);
  take(from.getClaim(), x.claim);
  x.revision = from.getRevision();
}

void put(schema::WithdrawClaim::Builder to, const withdraw_claim& x) {
  to.setFramework(as_text(x.framework));
  to.setClaim(as_text(x.claim));
  to.setRevision(x.revision);
}

void take(schema::WithdrawClaim::Reader from, withdraw_claim& x) {
  take(from.getFramework(), x.framework);
  take(from.getClaim(), x.claim);
  x.revision = from.getRevision();
}

void put(schema::ClaimGranted::Builder to, const claim_granted& x) {
  put(to.initGrant(), x.grant);
}

void take(schema::ClaimGranted::Reader from, claim_granted& x) {
  take(from.getGrant(), x.grant);
}

void put(schema::ClaimRefused::Builder to, const claim_refused& x) {
  to.setClaim(as_text(x.claim));
  put_texts(to.initReasons(x.reasons.size()), x.reasons);
}

void take(schema::ClaimRefused::Reader from, claim_refused& x) {
  take(from.getClaim(), x.claim);
  take_all(from.getReasons(), x.reasons);
}

void put(schema::SlotTask::Builder to, const slot_task& x) {
  to.setRank(x.rank);
  put(to.initTask(), x.task);
}

void take(schema::SlotTask::Reader from, slot_task& x) {
  x.rank = from.getRank();
  take(from.getTask(), x.task);
}

void put(schema::LaunchOnGrant::Builder to, const launch_on_grant& x) {
  to.setFramework(as_text(x.framework));
  to.setGrant(as_text(x.grant));
  put_all(to.initTasks(x.tasks.size()), x.tasks);
}

void take(schema::LaunchOnGrant::Reader from, launch_on_grant& x) {
  take(from.getFramework(), x.framework);
  take(from.getGrant(), x.grant);
  take_all(from.getTasks(), x.tasks);
}

void put(schema::ReleaseGrant::Builder to, const release_grant& x) {
  to.setFramework(as_text(x.framework));
  to.setGrant(as_text(x.grant));
  put_numbers(to.initRanks(x.ranks.size()), x.ranks);
  to.setRevision(x.revision);
}

void take(schema::ReleaseGrant::Reader from, release_grant& x) {
  take(from.getFramework(), x.framework);
  take(from.getGrant(), x.grant);
  take_numbers(from.getRanks(), x.ranks);
  x.revision = from.getRevision();
}

void put(schema::GrantEnded::Builder to, const grant_ended& x) {
  to.setGrant(as_text(x.grant));
  to.setMessage(as_text(x.message));
}

void take(schema::GrantEnded::Reader from, grant_ended& x) {
  take(from.getGrant(), x.grant);
  take(from.getMessage(), x.message);
}

void put(schema::GrantRecalled::Builder to, const grant_recalled& x) {
  to.setGrant(as_text(x.grant));
  to.setMessage(as_text(x.message));
  to.setNoticeMs(x.notice.count());
}

void take(schema::GrantRecalled::Reader from, grant_recalled& x) {
  take(from.getGrant(), x.grant);
  take(from.getMessage(), x.message);
  x.notice = take_duration(from.getNoticeMs());
}

void put(schema::PoolEntry::Builder to, const pool_entry& x) {
  to.setSlotClass(as_text(x.slot_class));
  put(to.initLimits(), x.limits);
  to.setTotal(x.total);
  to.setFree(x.free);
}

void take(schema::PoolEntry::Reader from, pool_entry& x) {
  take(from.getSlotClass(), x.slot_class);
  take(from.getLimits(), x.limits);
  x.total = from.getTotal();
  x.free = from.getFree();
}

void put(schema::PoolChanged::Builder to, const pool_changed& x) {
  put_all(to.initClasses(x.classes.size()), x.classes);
}

void take(schema::PoolChanged::Reader from, pool_changed& x) {
  take_all(from.getClasses(), x.classes);
}

}  // namespace entente::codec
