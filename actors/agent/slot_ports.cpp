#include "actors/agent/slot_ports.hpp"

#include <algorithm>
#include <utility>

namespace entente {

namespace {

constexpr std::string_view name = "ports";

/// The ranges of ports, cut to what a port can be.
std::vector<number_range> port_ranges(const resources& x) {
  std::vector<number_range> result;
  auto i = x.ranges().find(name);
  if (i == x.ranges().end())
    return result;
  for (const auto& range : i->second) {
    number_range cut{std::max<std::uint64_t>(range.begin, 1),
                     std::min<std::uint64_t>(range.end, 65535)};
    if (cut.begin <= cut.end)
      result.push_back(cut);
  }
  return result;
}

}  // namespace

std::size_t count_ports(const resources& x) {
  std::size_t count = 0;
  for (const auto& range : port_ranges(x))
    count += range.end - range.begin + 1;
  return count;
}

std::vector<std::uint16_t> smallest_ports(const resources& x, std::size_t count) {
  std::vector<std::uint16_t> result;
  for (const auto& range : port_ranges(x))
    for (auto port = range.begin; port <= range.end && result.size() < count; ++port)
      result.push_back(static_cast<std::uint16_t>(port));
  return result;
}

resources ports_of(std::span<const std::uint16_t> ports) {
  std::vector<number_range> ranges;
  for (auto port : ports)
    ranges.push_back({port, port});
  resources result;
  result.set_ranges(std::string{name}, std::move(ranges));
  return result;
}

}  // namespace entente
