#include "messages/codec_messages.hpp"

namespace entente::codec {

// -- agent and master ---------------------------------------------------------

void put(schema::RegisterAgent::Builder to, const register_agent& x) {
  put(to.initInfo(), x.info);
  to.setLife(x.life);
  to.setRevision(x.revision);
  put_all(to.initTasks(x.tasks.size()), x.tasks);
  put_all(to.initParts(x.parts.size()), x.parts);
  to.setRecovered(x.recovered);
  put(to.initProtocol(), x.protocol);
}

void take(schema::RegisterAgent::Reader from, register_agent& x) {
  take(from.getInfo(), x.info);
  x.life = from.getLife();
  x.revision = from.getRevision();
  take_all(from.getTasks(), x.tasks);
  take_all(from.getParts(), x.parts);
  x.recovered = from.getRecovered();
  take(from.getProtocol(), x.protocol);
}

void put(schema::AgentRegistered::Builder to, const agent_registered& x) {
  to.setId(as_text(x.id));
  put_all(to.initRelease(x.release.size()), x.release);
  put_all(to.initAbandon(x.abandon.size()), x.abandon);
  to.setAgainInMs(x.again_in.count());
  to.setAdmitted(x.admitted);
  put(to.initProtocol(), x.protocol);
}

void take(schema::AgentRegistered::Reader from, agent_registered& x) {
  take(from.getId(), x.id);
  take_all(from.getRelease(), x.release);
  take_all(from.getAbandon(), x.abandon);
  x.again_in = take_duration(from.getAgainInMs());
  x.admitted = from.getAdmitted();
  take(from.getProtocol(), x.protocol);
}

void put(schema::UnregisterAgent::Builder to, const unregister_agent& x) {
  to.setId(as_text(x.id));
}

void take(schema::UnregisterAgent::Reader from, unregister_agent& x) {
  take(from.getId(), x.id);
}

void put(schema::LaunchTasks::Builder to, const launch_tasks& x) {
  to.setFramework(as_text(x.framework));
  put_all(to.initTasks(x.tasks.size()), x.tasks);
  to.setGrant(as_text(x.grant));
  put_numbers(to.initSlots(x.slots.size()), x.slots);
  to.setRole(as_text(x.role));
}

void take(schema::LaunchTasks::Reader from, launch_tasks& x) {
  take(from.getFramework(), x.framework);
  take_all(from.getTasks(), x.tasks);
  take(from.getGrant(), x.grant);
  take_numbers(from.getSlots(), x.slots);
  take(from.getRole(), x.role);
}

void put(schema::ShutdownFramework::Builder to, const shutdown_framework& x) {
  to.setFramework(as_text(x.framework));
}

void take(schema::ShutdownFramework::Reader from, shutdown_framework& x) {
  take(from.getFramework(), x.framework);
}

// -- framework and master -----------------------------------------------------

void put(schema::Subscribe::Builder to, const subscribe& x) {
  put(to.initInfo(), x.info);
  to.setRevision(x.revision);
  put_all(to.initClaims(x.claims.size()), x.claims);
  put_texts(to.initGrants(x.grants.size()), x.grants);
  put(to.initProtocol(), x.protocol);
}

void take(schema::Subscribe::Reader from, subscribe& x) {
  take(from.getInfo(), x.info);
  x.revision = from.getRevision();
  take_all(from.getClaims(), x.claims);
  take_all(from.getGrants(), x.grants);
  take(from.getProtocol(), x.protocol);
}

void put(schema::Subscribed::Builder to, const subscribed& x) {
  to.setFramework(as_text(x.framework));
  to.setCluster(as_text(x.cluster));
  to.setAgainInMs(x.again_in.count());
  put(to.initProtocol(), x.protocol);
}

void take(schema::Subscribed::Reader from, subscribed& x) {
  take(from.getFramework(), x.framework);
  take(from.getCluster(), x.cluster);
  x.again_in = take_duration(from.getAgainInMs());
  take(from.getProtocol(), x.protocol);
}

void put(schema::ResourceOffers::Builder to, const resource_offers& x) {
  put_all(to.initOffers(x.offers.size()), x.offers);
}

void take(schema::ResourceOffers::Reader from, resource_offers& x) {
  take_all(from.getOffers(), x.offers);
}

void put(schema::OfferRescinded::Builder to, const offer_rescinded& x) {
  to.setOffer(as_text(x.offer));
}

void take(schema::OfferRescinded::Reader from, offer_rescinded& x) {
  take(from.getOffer(), x.offer);
}

void put(schema::AgentLost::Builder to, const agent_lost& x) {
  to.setAgent(as_text(x.agent));
  put_texts(to.initGrants(x.grants.size()), x.grants);
}

void take(schema::AgentLost::Reader from, agent_lost& x) {
  take(from.getAgent(), x.agent);
  take_all(from.getGrants(), x.grants);
}

void put(schema::FrameworkError::Builder to, const framework_error& x) {
  to.setMessage(as_text(x.message));
}

void take(schema::FrameworkError::Reader from, framework_error& x) {
  take(from.getMessage(), x.message);
}

void put(schema::AcceptOffers::Builder to, const accept_offers& x) {
  to.setFramework(as_text(x.framework));
  put_texts(to.initOffers(x.offers.size()), x.offers);
  put_all(to.initTasks(x.tasks.size()), x.tasks);
  to.setFilterMs(x.filter.count());
}

void take(schema::AcceptOffers::Reader from, accept_offers& x) {
  take(from.getFramework(), x.framework);
  take_all(from.getOffers(), x.offers);
  take_all(from.getTasks(), x.tasks);
  x.filter = take_duration(from.getFilterMs());
}

void put(schema::DeclineOffers::Builder to, const decline_offers& x) {
  to.setFramework(as_text(x.framework));
  put_texts(to.initOffers(x.offers.size()), x.offers);
  to.setFilterMs(x.filter.count());
}

void take(schema::DeclineOffers::Reader from, decline_offers& x) {
  take(from.getFramework(), x.framework);
  take_all(from.getOffers(), x.offers);
  x.filter = take_duration(from.getFilterMs());
}

void put(schema::ReviveOffers::Builder to, const revive_offers& x) {
  to.setFramework(as_text(x.framework));
  put_texts(to.initRoles(x.roles.size()), x.roles);
}

void take(schema::ReviveOffers::Reader from, revive_offers& x) {
  take(from.getFramework(), x.framework);
  take_all(from.getRoles(), x.roles);
}

void put(schema::SuppressOffers::Builder to, const suppress_offers& x) {
  to.setFramework(as_text(x.framework));
  put_texts(to.initRoles(x.roles.size()), x.roles);
}

void take(schema::SuppressOffers::Reader from, suppress_offers& x) {
  take(from.getFramework(), x.framework);
  take_all(from.getRoles(), x.roles);
}

void put(schema::KillTask::Builder to, const kill_task& x) {
  to.setFramework(as_text(x.framework));
  to.setTask(as_text(x.task));
  to.setHasGrace(x.grace.has_value());
  to.setGraceMs(x.grace.value_or(std::chrono::milliseconds{0}).count());
}

void take(schema::KillTask::Reader from, kill_task& x) {
  take(from.getFramework(), x.framework);
  take(from.getTask(), x.task);
  x.grace.reset();
  if (from.getHasGrace())
    x.grace = take_duration(from.getGraceMs());
}

void put(schema::Acknowledge::Builder to, const acknowledge& x) {
  to.setFramework(as_text(x.framework));
  to.setAgent(as_text(x.agent));
  to.setTask(as_text(x.task));
  to.setSequence(x.sequence);
}

void take(schema::Acknowledge::Reader from, acknowledge& x) {
  take(from.getFramework(), x.framework);
  take(from.getAgent(), x.agent);
  take(from.getTask(), x.task);
  x.sequence = from.getSequence();
}

void put(schema::ReconcileTasks::Builder to, const reconcile_tasks& x) {
  to.setFramework(as_text(x.framework));
  put_texts(to.initTasks(x.tasks.size()), x.tasks);
}

void take(schema::ReconcileTasks::Reader from, reconcile_tasks& x) {
  take(from.getFramework(), x.framework);
  take_all(from.getTasks(), x.tasks);
}

void put(schema::Teardown::Builder to, const teardown& x) {
  to.setFramework(as_text(x.framework));
}

void take(schema::Teardown::Reader from, teardown& x) {
  take(from.getFramework(), x.framework);
}

}  // namespace entente::codec
