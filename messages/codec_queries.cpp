#include "messages/codec_messages.hpp"

namespace entente::codec {

namespace {

/// Finite and not negative.
double take_share(double number) {
  if (!std::isfinite(number) || number < 0)
    throw invalid_value{"share out of range"};
  return number;
}

}  // namespace

void put(schema::Query::Builder to, const query& x) {
  to.setWhat(static_cast<std::uint16_t>(x.what));
}

void take(schema::Query::Reader from, query& x) {
  x.what = take_enum<listing>(from.getWhat(), listing_count, "listing");
}

void put(schema::AgentEntry::Builder to, const agent_entry& x) {
  put(to.initInfo(), x.info);
  to.setState(static_cast<std::uint16_t>(x.state));
  put(to.initOffered(), x.offered);
  put(to.initHeld(), x.held);
  put(to.initAllocated(), x.allocated);
  put_reservations(to.initReservations(x.reservations.size()), x.reservations);
  to.setHasDrainLeft(x.drain_left.has_value());
  to.setDrainLeftMs(x.drain_left.value_or(std::chrono::milliseconds{0}).count());
}

void take(schema::AgentEntry::Reader from, agent_entry& x) {
  take(from.getInfo(), x.info);
  x.state = take_enum<agent_state>(from.getState(), agent_state_count, "agent state");
  take(from.getOffered(), x.offered);
  take(from.getHeld(), x.held);
  take(from.getAllocated(), x.allocated);
  take_reservations(from.getReservations(), x.reservations);
  x.drain_left.reset();
  if (from.getHasDrainLeft())
    x.drain_left = take_duration(from.getDrainLeftMs());
}

void put(schema::OfferCounts::Builder to, const offer_counts& x) {
  to.setSent(x.sent);
  to.setAccepted(x.accepted);
  to.setDeclined(x.declined);
  to.setTimedOut(x.timed_out);
  to.setRescinded(x.rescinded);
}

void take(schema::OfferCounts::Reader from, offer_counts& x) {
  x.sent = from.getSent();
  x.accepted = from.getAccepted();
  x.declined = from.getDeclined();
  x.timed_out = from.getTimedOut();
  x.rescinded = from.getRescinded();
}

void put(schema::FrameworkEntry::Builder to, const framework_entry& x) {
  put(to.initInfo(), x.info);
  to.setState(static_cast<std::uint16_t>(x.state));
  to.setTasks(x.tasks);
  put(to.initAllocated(), x.allocated);
  put(to.initOffers(), x.offers);
}

void take(schema::FrameworkEntry::Reader from, framework_entry& x) {
  take(from.getInfo(), x.info);
  x.state = take_enum<framework_state>(from.getState(), framework_state_count, "framework state");
  x.tasks = from.getTasks();
  take(from.getAllocated(), x.allocated);
  take(from.getOffers(), x.offers);
}

void put(schema::ClaimEntry::Builder to, const claim_entry& x) {
  put(to.initClaim(), x.claim);
  to.setFramework(as_text(x.framework));
  to.setRole(as_text(x.role));
  to.setState(static_cast<std::uint16_t>(x.state));
  to.setGranted(x.granted);
  to.setGrant(as_text(x.grant));
  to.setAttempts(x.attempts);
  put_texts(to.initReasons(x.reasons.size()), x.reasons);
}

void take(schema::ClaimEntry::Reader from, claim_entry& x) {
  take(from.getClaim(), x.claim);
  take(from.getFramework(), x.framework);
  take(from.getRole(), x.role);
  x.state = take_enum<claim_state>(from.getState(), claim_state_count, "claim state");
  x.granted = from.getGranted();
  take(from.getGrant(), x.grant);
  x.attempts = from.getAttempts();
  take_all(from.getReasons(), x.reasons);
}

void put(schema::OfferRecord::Builder to, const offer_record& x) {
  to.setId(as_text(x.id));
  to.setFramework(as_text(x.framework));
  to.setRole(as_text(x.role));
  to.setAgent(as_text(x.agent));
  put(to.initAvailable(), x.available);
  to.setOutcome(static_cast<std::uint16_t>(x.outcome));
  to.setAgeMs(x.age.count());
  to.setTookMs(x.took.count());
}

void take(schema::OfferRecord::Reader from, offer_record& x) {
  take(from.getId(), x.id);
  take(from.getFramework(), x.framework);
  take(from.getRole(), x.role);
  take(from.getAgent(), x.agent);
  take(from.getAvailable(), x.available);
  x.outcome = take_enum<offer_outcome>(from.getOutcome(), offer_outcome_count, "offer outcome");
  x.age = take_duration(from.getAgeMs());
  x.took = take_duration(from.getTookMs());
}

void put(schema::RoleEntry::Builder to, const role_entry& x) {
  to.setName(as_text(x.name));
  to.setWeight(x.weight);
  put(to.initGuarantee(), x.guarantee);
  put(to.initLimit(), x.limit);
  put(to.initAllocated(), x.allocated);
  put(to.initOffered(), x.offered);
  put(to.initReserved(), x.reserved);
  to.setDominantShare(x.dominant_share);
  to.setFrameworks(x.frameworks);
  to.setClaimsWaiting(x.claims_waiting);
  to.setPreempts(x.preempts);
}

void take(schema::RoleEntry::Reader from, role_entry& x) {
  take(from.getName(), x.name);
  x.weight = take_weight(from.getWeight());
  take(from.getGuarantee(), x.guarantee);
  take(from.getLimit(), x.limit);
  take(from.getAllocated(), x.allocated);
  take(from.getOffered(), x.offered);
  take(from.getReserved(), x.reserved);
  x.dominant_share = take_share(from.getDominantShare());
  x.frameworks = from.getFrameworks();
  x.claims_waiting = from.getClaimsWaiting();
  x.preempts = from.getPreempts();
}

void put(schema::ClusterSummary::Builder to, const cluster_summary& x) {
  to.setCluster(as_text(x.cluster));
  to.setVersion(as_text(x.version));
  to.setAgents(x.agents);
  to.setFrameworks(x.frameworks);
  to.setTasksActive(x.tasks_active);
  to.setTasksFinished(x.tasks_finished);
  to.setTasksFailed(x.tasks_failed);
  to.setOffers(x.offers);
  put(to.initTotal(), x.total);
  put(to.initOffered(), x.offered);
  put(to.initAllocated(), x.allocated);
  to.setClaimsWaiting(x.claims_waiting);
  to.setGrants(x.grants);
}

void take(schema::ClusterSummary::Reader from, cluster_summary& x) {
  take(from.getCluster(), x.cluster);
  take(from.getVersion(), x.version);
  x.agents = from.getAgents();
  x.frameworks = from.getFrameworks();
  x.tasks_active = from.getTasksActive();
  x.tasks_finished = from.getTasksFinished();
  x.tasks_failed = from.getTasksFailed();
  x.offers = from.getOffers();
  take(from.getTotal(), x.total);
  take(from.getOffered(), x.offered);
  take(from.getAllocated(), x.allocated);
  x.claims_waiting = from.getClaimsWaiting();
  x.grants = from.getGrants();
}

void put(schema::ClusterView::Builder to, const cluster_view& x) {
  put(to.initSummary(), x.summary);
  put_all(to.initAgents(x.agents.size()), x.agents);
  put_all(to.initFrameworks(x.frameworks.size()), x.frameworks);
  put_all(to.initTasks(x.tasks.size()), x.tasks);
  put_all(to.initOffers(x.offers.size()), x.offers);
  put_all(to.initClaims(x.claims.size()), x.claims);
  put_all(to.initPool(x.pool.size()), x.pool);
  put_all(to.initRoles(x.roles.size()), x.roles);
  put_all(to.initOfferHistory(x.offer_history.size()), x.offer_history);
  put_all(to.initMaintenance(x.maintenance.size()), x.maintenance);
}

void take(schema::ClusterView::Reader from, cluster_view& x) {
  take(from.getSummary(), x.summary);
  take_all(from.getAgents(), x.agents);
  take_all(from.getFrameworks(), x.frameworks);
  take_all(from.getTasks(), x.tasks);
  take_all(from.getOffers(), x.offers);
  take_all(from.getClaims(), x.claims);
  take_all(from.getPool(), x.pool);
  take_all(from.getRoles(), x.roles);
  take_all(from.getOfferHistory(), x.offer_history);
  take_all(from.getMaintenance(), x.maintenance);
}

void put(schema::ReadOutput::Builder to, const read_output& x) {
  to.setFramework(as_text(x.framework));
  to.setTask(as_text(x.task));
  to.setStream(static_cast<std::uint16_t>(x.stream));
  to.setOffset(x.offset);
  to.setMaxBytes(x.max_bytes);
}

void take(schema::ReadOutput::Reader from, read_output& x) {
  take(from.getFramework(), x.framework);
  take(from.getTask(), x.task);
  x.stream = take_enum<output_stream>(from.getStream(), output_stream_count, "output stream");
  x.offset = from.getOffset();
  x.max_bytes = from.getMaxBytes();
}

void put(schema::OutputChunk::Builder to, const output_chunk& x) {
  to.setBytes(as_data(x.bytes));
  to.setFileSize(x.file_size);
  to.setEnded(x.ended);
  to.setSkipped(x.skipped);
}

void take(schema::OutputChunk::Reader from, output_chunk& x) {
  take(from.getBytes(), x.bytes);
  x.file_size = from.getFileSize();
  x.ended = from.getEnded();
  x.skipped = from.getSkipped();
}

}  // namespace entente::codec
