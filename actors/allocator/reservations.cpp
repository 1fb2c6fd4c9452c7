#include "actors/allocator/reservations.hpp"

#include <algorithm>

namespace entente {

namespace {

/// Empty, if there is none.
std::string_view parent_of(std::string_view role) {
  auto slash = role.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : role.substr(0, slash);
}

}  // namespace

bool is_within(std::string_view role, std::string_view above) {
  return role.starts_with(above) && (role.size() == above.size() || role[above.size()] == '/');
}

void reservations::set_fixed(const std::string& role, const quantities& amount) {
  entries_[role].fixed = amount;
  drop_if_empty(role);
}

void reservations::add(const std::string& role, const quantities& amount) {
  entries_[role].dynamic += amount;
  drop_if_empty(role);
}

void reservations::remove(const std::string& role, const quantities& amount) {
  entries_[role].dynamic -= amount;
  drop_if_empty(role);
}

void reservations::drop_if_empty(const std::string& role) {
  if (auto i = entries_.find(role); i != entries_.end() && !i->second.all().any())
    entries_.erase(i);
}

std::map<std::string, quantities>
reservations::count(const std::map<std::string, quantities>& used) {
  std::map<std::string, quantities> changes;
  std::map<std::string, quantities> takes;
  for (const auto& [role, amount] : used)
    add_to_nearest(role, amount, takes);
  for (auto& [role, x] : entries_) {
    const auto& taken = takes[role];
    auto unused = max(x.all() - taken, {});
    if (unused != x.unused)
      changes[role] = unused - x.unused;
    x.unused = std::move(unused);
    add_to_nearest(parent_of(role), max(taken - x.all(), {}), takes);
  }
  return changes;
}

void reservations::add_to_nearest(std::string_view role, const quantities& amount,
                                  std::map<std::string, quantities>& takes) const {
  auto nearest = std::find_if(entries_.begin(), entries_.end(),
                              [role](const auto& x) { return is_within(role, x.first); });
  if (nearest != entries_.end())
    takes[nearest->first] += amount;
}

quantities reservations::usable_by(std::string_view role) const {
  quantities result;
  for (const auto& [name, x] : entries_)
    if (is_within(role, name))
      result += x.unused;
  return result;
}

quantities reservations::unused() const {
  quantities result;
  for (const auto& [name, x] : entries_)
    result += x.unused;
  return result;
}

}  // namespace entente
