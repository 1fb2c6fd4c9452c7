#include "messages/codec_messages.hpp"

/// What operators change: of roles, of what is kept for a role, of the use of agents.
namespace entente::codec {

void put(schema::SetQuota::Builder to, const set_quota& x) {
  to.setRole(as_text(x.role));
  put(to.initGuarantee(), x.guarantee);
  put(to.initLimit(), x.limit);
  to.setForce(x.force);
}

void take(schema::SetQuota::Reader from, set_quota& x) {
  take(from.getRole(), x.role);
  take(from.getGuarantee(), x.guarantee);
  take(from.getLimit(), x.limit);
  x.force = from.getForce();
}

void put(schema::RemoveQuota::Builder to, const remove_quota& x) {
  to.setRole(as_text(x.role));
}

void take(schema::RemoveQuota::Reader from, remove_quota& x) {
  take(from.getRole(), x.role);
}

void put(schema::SetWeight::Builder to, const set_weight& x) {
  to.setRole(as_text(x.role));
  to.setWeight(x.weight);
}

void take(schema::SetWeight::Reader from, set_weight& x) {
  take(from.getRole(), x.role);
  x.weight = take_weight(from.getWeight());
}

void put(schema::ReserveResources::Builder to, const reserve_resources& x) {
  to.setFramework(as_text(x.framework));
  to.setAgent(as_text(x.agent));
  to.setRole(as_text(x.role));
  put(to.initAmount(), x.amount);
}

void take(schema::ReserveResources::Reader from, reserve_resources& x) {
  take(from.getFramework(), x.framework);
  take(from.getAgent(), x.agent);
  take(from.getRole(), x.role);
  take(from.getAmount(), x.amount);
}

void put(schema::UnreserveResources::Builder to, const unreserve_resources& x) {
  to.setFramework(as_text(x.framework));
  to.setAgent(as_text(x.agent));
  to.setRole(as_text(x.role));
  put(to.initAmount(), x.amount);
}

void take(schema::UnreserveResources::Reader from, unreserve_resources& x) {
  take(from.getFramework(), x.framework);
  take(from.getAgent(), x.agent);
  take(from.getRole(), x.role);
  take(from.getAmount(), x.amount);
}

}  // namespace entente::codec
