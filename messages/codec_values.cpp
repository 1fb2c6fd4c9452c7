#include "messages/codec_values.hpp"

namespace entente::codec {

namespace {

using schema_ranges = capnp::List<schema::Range>;

void put_ranges(schema_ranges::Builder to, const std::vector<number_range>& xs) {
  for (unsigned i = 0; i < xs.size(); ++i) {
    to[i].setBegin(xs[i].begin);
    to[i].setEnd(xs[i].end);
  }
}

std::vector<number_range> take_ranges(schema_ranges::Reader from) {
  std::vector<number_range> xs;
  xs.reserve(from.size());
  for (auto range : from) {
    if (range.getBegin() > range.getEnd())
      throw invalid_value{"range ends before it begins"};
    xs.push_back({range.getBegin(), range.getEnd()});
  }
  return xs;
}

std::string take_resource_name(capnp::Text::Reader from) {
  auto name = text(from);
  if (!is_resource_name(name))
    throw invalid_value{"not a name of a resource"};
  return name;
}

}  // namespace

void put(schema::Resources::Builder to, const resources& x) {
  unsigned i = 0;
  auto scalars = to.initScalars(x.scalars().size());
  for (const auto& [name, milli] : x.scalars()) {
    scalars[i].setName(as_text(name));
    scalars[i++].setMilli(milli);
  }
  i = 0;
  auto ranges = to.initRanges(x.ranges().size());
  for (const auto& [name, list] : x.ranges()) {
    ranges[i].setName(as_text(name));
    put_ranges(ranges[i++].initRanges(list.size()), list);
  }
  i = 0;
  auto sets = to.initSets(x.sets().size());
  for (const auto& [name, items] : x.sets()) {
    sets[i].setName(as_text(name));
    auto list = sets[i++].initItems(items.size());
    unsigned j = 0;
    for (const auto& item : items)
      list.set(j++, as_text(item));
  }
}

void take(schema::Resources::Reader from, resources& x) {
  x = resources{};
  for (auto scalar : from.getScalars()) {
    if (scalar.getMilli() < 0)
      throw invalid_value{"negative quantity"};
    x.set_milli(take_resource_name(scalar.getName()), scalar.getMilli());
  }
  for (auto ranges : from.getRanges())
    x.set_ranges(take_resource_name(ranges.getName()), take_ranges(ranges.getRanges()));
  for (auto set : from.getSets()) {
    std::set<std::string> items;
    for (auto item : set.getItems())
      items.insert(take_resource_name(item));
    x.set_items(take_resource_name(set.getName()), std::move(items));
  }
}

void put_pairs(capnp::List<schema::Pair>::Builder to,
               const std::map<std::string, std::string>& xs) {
  unsigned i = 0;
  for (const auto& [key, value] : xs) {
    to[i].setKey(as_text(key));
    to[i++].setValue(as_text(value));
  }
}

void take_pairs(capnp::List<schema::Pair>::Reader from, std::map<std::string, std::string>& xs) {
  xs.clear();
  for (auto pair : from)
    xs.emplace(text(pair.getKey()), text(pair.getValue()));
}

void put_reservations(capnp::List<schema::Reservation>::Builder to,
                      const std::map<std::string, resources>& xs) {
  unsigned i = 0;
  for (const auto& [role, amount] : xs) {
    to[i].setRole(as_text(role));
    put(to[i++].initAmount(), amount);
  }
}

void take_reservations(capnp::List<schema::Reservation>::Reader from,
                       std::map<std::string, resources>& xs) {
  xs.clear();
  for (auto reservation : from)
    take(reservation.getAmount(), xs[text(reservation.getRole())]);
}

void put(schema::AgentInfo::Builder to, const agent_info& x) {
  to.setId(as_text(x.id));
  to.setHostname(as_text(x.hostname));
  to.setAddress(as_text(x.address));
  put(to.initTotal(), x.total);
  put_pairs(to.initAttributes(x.attributes.size()), x.attributes);
  put_reservations(to.initReservations(x.reservations.size()), x.reservations);
}

void take(schema::AgentInfo::Reader from, agent_info& x) {
  take(from.getId(), x.id);
  take(from.getHostname(), x.hostname);
  take(from.getAddress(), x.address);
  take(from.getTotal(), x.total);
  take_pairs(from.getAttributes(), x.attributes);
  take_reservations(from.getReservations(), x.reservations);
}

void put(schema::FrameworkInfo::Builder to, const framework_info& x) {
  to.setId(as_text(x.id));
  to.setName(as_text(x.name));
  to.setRole(as_text(x.role));
  to.setFailoverTimeoutMs(x.failover_timeout.count());
  to.setDetached(x.detached);
  to.setWantsOffers(x.wants_offers);
  put_texts(to.initMoreRoles(x.more_roles.size()), x.more_roles);
  to.setPartitionAware(x.partition_aware);
}

void take(schema::FrameworkInfo::Reader from, framework_info& x) {
  take(from.getId(), x.id);
  take(from.getName(), x.name);
  take(from.getRole(), x.role);
  x.failover_timeout = take_duration(from.getFailoverTimeoutMs());
  x.detached = from.getDetached();
  x.wants_offers = from.getWantsOffers();
  take_all(from.getMoreRoles(), x.more_roles);
  x.partition_aware = from.getPartitionAware();
}

void put(schema::Offer::Builder to, const offer& x) {
  to.setId(as_text(x.id));
  to.setFramework(as_text(x.framework));
  to.setAgent(as_text(x.agent));
  to.setHostname(as_text(x.hostname));
  put(to.initAvailable(), x.available);
  put_pairs(to.initAttributes(x.attributes.size()), x.attributes);
  to.setRole(as_text(x.role));
  put(to.initReserved(), x.reserved);
}

void take(schema::Offer::Reader from, offer& x) {
  take(from.getId(), x.id);
  take(from.getFramework(), x.framework);
  take(from.getAgent(), x.agent);
  take(from.getHostname(), x.hostname);
  take(from.getAvailable(), x.available);
  take_pairs(from.getAttributes(), x.attributes);
  take(from.getRole(), x.role);
  take(from.getReserved(), x.reserved);
}

void put(schema::ProtocolRange::Builder to, const protocol_range& x) {
  to.setOldest(x.oldest);
  to.setNewest(x.newest);
}

void take(schema::ProtocolRange::Reader from, protocol_range& x) {
  x = {from.getOldest(), from.getNewest()};
}

}  // namespace entente::codec
