#include "messages/codec_messages.hpp"

namespace entente::codec {

void put(schema::DrainAgent::Builder to, const drain_agent& x) {
  to.setAgent(as_text(x.agent));
  to.setHasDeadline(x.deadline.has_value());
  to.setDeadlineMs(x.deadline.value_or(std::chrono::milliseconds{0}).count());
  to.setMarkGone(x.mark_gone);
}

void take(schema::DrainAgent::Reader from, drain_agent& x) {
  take(from.getAgent(), x.agent);
  x.deadline.reset();
  if (from.getHasDeadline())
    x.deadline = take_duration(from.getDeadlineMs());
  x.mark_gone = from.getMarkGone();
}

void put(schema::UndrainAgent::Builder to, const undrain_agent& x) {
  to.setAgent(as_text(x.agent));
}

void take(schema::UndrainAgent::Reader from, undrain_agent& x) {
  take(from.getAgent(), x.agent);
}

void put(schema::DeactivateAgent::Builder to, const deactivate_agent& x) {
  to.setAgent(as_text(x.agent));
}

void take(schema::DeactivateAgent::Reader from, deactivate_agent& x) {
  take(from.getAgent(), x.agent);
}

void put(schema::ReactivateAgent::Builder to, const reactivate_agent& x) {
  to.setAgent(as_text(x.agent));
}

void take(schema::ReactivateAgent::Reader from, reactivate_agent& x) {
  take(from.getAgent(), x.agent);
}

void put(schema::MaintenanceWindow::Builder to, const maintenance_window& x) {
  to.setName(as_text(x.name));
  put_texts(to.initAgents(x.agents.size()), x.agents);
  to.setStartsInMs(x.starts_in.count());
  to.setLastsMs(x.lasts.count());
  to.setDrainsAheadMs(x.drains_ahead.count());
}

void take(schema::MaintenanceWindow::Reader from, maintenance_window& x) {
  take(from.getName(), x.name);
  take_all(from.getAgents(), x.agents);
  x.starts_in = take_duration(from.getStartsInMs());
  x.lasts = take_duration(from.getLastsMs());
  x.drains_ahead = take_duration(from.getDrainsAheadMs());
}

void put(schema::PlanMaintenance::Builder to, const plan_maintenance& x) {
  put(to.initWindow(), x.window);
}

void take(schema::PlanMaintenance::Reader from, plan_maintenance& x) {
  take(from.getWindow(), x.window);
}

void put(schema::CancelMaintenance::Builder to, const cancel_maintenance& x) {
  to.setName(as_text(x.name));
}

void take(schema::CancelMaintenance::Reader from, cancel_maintenance& x) {
  take(from.getName(), x.name);
}

}  // namespace entente::codec
