#include "messages/codec_messages.hpp"

namespace entente::codec {

namespace {

bid_refusal take_refusal(std::uint16_t number) {
  return take_enum<bid_refusal>(number, bid_refusal_count, "refusal");
}

}  // namespace

// -- claims and grants ----------------------------------------------------------

void put(schema::Constraint::Builder to, const constraint& x) {
  to.setAttribute(as_text(x.attribute));
  to.setOp(static_cast<std::uint16_t>(x.op));
  put_texts(to.initValues(x.values.size()), x.values);
}

void take(schema::Constraint::Reader from, constraint& x) {
  take(from.getAttribute(), x.attribute);
  x.op = take_enum<constraint_op>(from.getOp(), constraint_op_count, "constraint");
  take_all(from.getValues(), x.values);
}

void put(schema::Preference::Builder to, const preference& x) {
  put(to.initWhen(), x.when);
  to.setWeight(x.weight);
}

void take(schema::Preference::Reader from, preference& x) {
  take(from.getWhen(), x.when);
  x.weight = from.getWeight();
}

void put(schema::Claim::Builder to, const claim& x) {
  to.setId(as_text(x.id));
  to.setCount(x.count);
  to.setMaxCount(x.max_count);
  to.setSlotClass(as_text(x.slot_class));
  put(to.initLimits(), x.limits);
  to.setPorts(x.ports);
  put_all(to.initConstraints(x.constraints.size()), x.constraints);
  to.setLayout(static_cast<std::uint16_t>(x.layout));
  to.setMaxPerAgent(x.max_per_agent);
  to.setSameAttribute(as_text(x.same_attribute));
  put_all(to.initPreferences(x.preferences.size()), x.preferences);
  to.setHasWait(x.wait.has_value());
  to.setWaitMs(x.wait.value_or(std::chrono::milliseconds{0}).count());
  to.setPriority(x.priority);
  to.setRole(as_text(x.role));
  to.setPreemptible(x.preemptible);
}

void take(schema::Claim::Reader from, claim& x) {
  take(from.getId(), x.id);
  x.count = from.getCount();
  x.max_count = from.getMaxCount();
  take(from.getSlotClass(), x.slot_class);
  take(from.getLimits(), x.limits);
  x.ports = from.getPorts();
  take_all(from.getConstraints(), x.constraints);
  x.layout = take_enum<placement>(from.getLayout(), placement_count, "placement");
  x.max_per_agent = from.getMaxPerAgent();
  take(from.getSameAttribute(), x.same_attribute);
  take_all(from.getPreferences(), x.preferences);
  x.wait.reset();
  if (from.getHasWait())
    x.wait = take_duration(from.getWaitMs());
  x.priority = from.getPriority();
  take(from.getRole(), x.role);
  x.preemptible = from.getPreemptible();
}

void put(schema::GrantedSlot::Builder to, const granted_slot& x) {
  to.setAgent(as_text(x.agent));
  to.setHostname(as_text(x.hostname));
  to.setIndex(x.index);
  put_numbers(to.initPorts(x.ports.size()), x.ports);
}

void take(schema::GrantedSlot::Reader from, granted_slot& x) {
  take(from.getAgent(), x.agent);
  take(from.getHostname(), x.hostname);
  x.index = from.getIndex();
  take_numbers(from.getPorts(), x.ports);
}

void put(schema::Grant::Builder to, const grant& x) {
  to.setId(as_text(x.id));
  to.setClaim(as_text(x.claim));
  to.setSlotClass(as_text(x.slot_class));
  put(to.initLimits(), x.limits);
  put_all(to.initSlots(x.slots.size()), x.slots);
}

void take(schema::Grant::Reader from, grant& x) {
  take(from.getId(), x.id);
  take(from.getClaim(), x.claim);
  take(from.getSlotClass(), x.slot_class);
  take(from.getLimits(), x.limits);
  take_all(from.getSlots(), x.slots);
}

void put(schema::GrantMember::Builder to, const grant_member& x) {
  to.setAgent(as_text(x.agent));
  to.setSlots(x.slots);
}

void take(schema::GrantMember::Reader from, grant_member& x) {
  take(from.getAgent(), x.agent);
  x.slots = from.getSlots();
}

static void put_members(capnp::List<schema::GrantMember>::Builder to, const membership& xs) {
  put_all(to, xs.get());
}

static void take_members(capnp::List<schema::GrantMember>::Reader from, membership& xs) {
  std::vector<grant_member> members;
  take_all(from, members);
  xs = std::move(members);
}

void put(schema::HeldSlot::Builder to, const held_slot& x) {
  to.setIndex(x.index);
  put_numbers(to.initPorts(x.ports.size()), x.ports);
  to.setReleasing(x.releasing);
}

void take(schema::HeldSlot::Reader from, held_slot& x) {
  x.index = from.getIndex();
  take_numbers(from.getPorts(), x.ports);
  x.releasing = from.getReleasing();
}

void put(schema::GrantPart::Builder to, const grant_part& x) {
  to.setRound(as_text(x.round));
  to.setFramework(as_text(x.framework));
  to.setClaim(as_text(x.claim));
  to.setSlotClass(as_text(x.slot_class));
  put(to.initLimits(), x.limits);
  put_all(to.initSlots(x.slots.size()), x.slots);
  put_members(to.initMembers(x.members.size()), x.members);
  to.setUsed(x.used);
  to.setRole(as_text(x.role));
  to.setPreemptible(x.preemptible);
}

void take(schema::GrantPart::Reader from, grant_part& x) {
  take(from.getRound(), x.round);
  take(from.getFramework(), x.framework);
  take(from.getClaim(), x.claim);
  take(from.getSlotClass(), x.slot_class);
  take(from.getLimits(), x.limits);
  take_all(from.getSlots(), x.slots);
  take_members(from.getMembers(), x.members);
  x.used = from.getUsed();
  take(from.getRole(), x.role);
  x.preemptible = from.getPreemptible();
}

// -- a round and its agents -------------------------------------------------------

void put(schema::Solicit::Builder to, const solicit& x) {
  to.setRound(as_text(x.round));
  to.setFramework(as_text(x.framework));
  put(to.initLimits(), x.limits);
  to.setPorts(x.ports);
  to.setWanted(x.wanted);
  put_all(to.initPreferences(x.preferences.size()), x.preferences);
  to.setLeaseMs(x.lease.count());
}

void take(schema::Solicit::Reader from, solicit& x) {
  take(from.getRound(), x.round);
  take(from.getFramework(), x.framework);
  take(from.getLimits(), x.limits);
  x.ports = from.getPorts();
  x.wanted = from.getWanted();
  take_all(from.getPreferences(), x.preferences);
  x.lease = take_duration(from.getLeaseMs());
}

void put(schema::Bid::Builder to, const bid& x) {
  to.setRound(as_text(x.round));
  to.setAgent(as_text(x.agent));
  to.setSlots(x.slots);
  to.setScore(x.score);
  put_numbers(to.initPorts(x.ports.size()), x.ports);
  to.setRefusal(static_cast<std::uint16_t>(x.refusal));
}

void take(schema::Bid::Reader from, bid& x) {
  take(from.getRound(), x.round);
  take(from.getAgent(), x.agent);
  x.slots = from.getSlots();
  x.score = from.getScore();
  take_numbers(from.getPorts(), x.ports);
  x.refusal = take_refusal(from.getRefusal());
}

void put(schema::Confirm::Builder to, const confirm& x) {
  to.setRound(as_text(x.round));
  to.setFramework(as_text(x.framework));
  to.setClaim(as_text(x.claim));
  to.setSlotClass(as_text(x.slot_class));
  to.setSlots(x.slots);
  put_members(to.initMembers(x.members.size()), x.members);
  to.setUnusedTimeoutMs(x.unused_timeout.count());
  to.setRole(as_text(x.role));
  to.setPreemptible(x.preemptible);
}

void take(schema::Confirm::Reader from, confirm& x) {
  take(from.getRound(), x.round);
  take(from.getFramework(), x.framework);
  take(from.getClaim(), x.claim);
  take(from.getSlotClass(), x.slot_class);
  x.slots = from.getSlots();
  take_members(from.getMembers(), x.members);
  x.unused_timeout = take_duration(from.getUnusedTimeoutMs());
  take(from.getRole(), x.role);
  x.preemptible = from.getPreemptible();
}

void put(schema::Confirmed::Builder to, const confirmed& x) {
  to.setRound(as_text(x.round));
  to.setAgent(as_text(x.agent));
  to.setRefusal(static_cast<std::uint16_t>(x.refusal));
  to.setRevision(x.revision);
}

void take(schema::Confirmed::Reader from, confirmed& x) {
  take(from.getRound(), x.round);
  take(from.getAgent(), x.agent);
  x.refusal = take_refusal(from.getRefusal());
  x.revision = from.getRevision();
}

void put(schema::Release::Builder to, const release& x) {
  to.setRound(as_text(x.round));
  put_numbers(to.initSlots(x.slots.size()), x.slots);
}

void take(schema::Release::Reader from, release& x) {
  take(from.getRound(), x.round);
  take_numbers(from.getSlots(), x.slots);
}

void put(schema::Released::Builder to, const released& x) {
  to.setAgent(as_text(x.agent));
  to.setRound(as_text(x.round));
  put_numbers(to.initSlots(x.slots.size()), x.slots);
  to.setRevision(x.revision);
}

void take(schema::Released::Reader from, released& x) {
  take(from.getAgent(), x.agent);
  take(from.getRound(), x.round);
  take_numbers(from.getSlots(), x.slots);
  x.revision = from.getRevision();
}

}  // namespace entente::codec
