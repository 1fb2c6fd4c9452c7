#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/names.hpp"
#include "config/units.hpp"

namespace entente {

/// What text or JSON that does not describe resources says is wrong with it.
struct resources_error {
  std::string message;
};

/// Named quantities of a machine, of a slot or of a task.
///
/// Scalars (`cpus`, `mem` and `disk` in MB, `gpus`, or any other name) are fixed point with three
/// decimals, held in thousandths, so sums never drift. Ranges (`ports`) and sets hold items that
/// are each there at most once. All names, also of the items of sets, are as is_resource_name() has
/// them.
///
/// Invariants: (1) no scalar is zero or negative: a name with nothing left is not there at all;
/// (2) ranges are sorted, disjoint and not adjacent; (3) sets are not empty.
/// So two resources that hold the same compare equal. Not thread-safe; a plain value.
class resources {
public:
  /// Few and often copied: in one piece of memory.
  using scalar_map = boost::container::flat_map<std::string, std::int64_t, std::less<>>;
  using range_map = std::map<std::string, std::vector<number_range>, std::less<>>;
  using set_map = std::map<std::string, std::set<std::string>, std::less<>>;

  /// The largest scalar in thousandths that text or JSON may bring: 10^12 units.
  static constexpr std::int64_t max_milli = 1'000'000'000'000'000;

  /// Parses `cpus:4;mem:8192;ports:[31000-32000];disks:{sda,sdb}`. Empty text is nothing.
  static std::variant<resources, resources_error> parse(std::string_view text);

  /// Reads `{"cpus": 4, "mem": 8192, "ports": "[31000-32000]", "disks": ["sda", "sdb"]}`.
  static std::variant<resources, resources_error> from_json(const nlohmann::json& json);

  /// The quantity of a scalar in thousandths; 0 if it is not there.
  std::int64_t milli(std::string_view name) const;

  /// Sets a scalar; values of zero or less remove it.
  void set_milli(std::string name, std::int64_t milli);
  /// Sets ranges, sorted and merged; none removes the name.
  void set_ranges(std::string name, std::vector<number_range> ranges);
  /// Sets items; none removes the name.
  void set_items(std::string name, std::set<std::string> items);

  bool empty() const noexcept { return scalars_.empty() && ranges_.empty() && sets_.empty(); }

  /// True if everything in `other` is in here too.
  bool contains(const resources& other) const;

  /// Adds quantities; items that are in both are there once. Sums stop at the largest int64.
  resources& operator+=(const resources& other);

  /// Takes `other` out. Nothing goes below zero: what is not here is not taken.
  resources& operator-=(const resources& other);

  /// How many slots of limits `slot` fit: the smallest floor(have / limit) over its scalars. A slot
  /// that names items of ranges or sets fits once, if they are here. 0 for a slot without limits.
  std::int64_t slots(const resources& slot) const;

  /// `count` times the scalars; items are not multiplied.
  resources times(std::int64_t count) const;

  /// The text form that `parse` reads.
  std::string to_string() const;
  nlohmann::json to_json() const;

  const scalar_map& scalars() const noexcept { return scalars_; }
  const range_map& ranges() const noexcept { return ranges_; }
  const set_map& sets() const noexcept { return sets_; }

  friend bool operator==(const resources&, const resources&) = default;
  friend resources operator+(resources a, const resources& b) { return a += b; }
  friend resources operator-(resources a, const resources& b) { return a -= b; }
  friend std::ostream& operator<<(std::ostream& out, const resources& x) {
    return out << x.to_string();
  }

private:
  scalar_map scalars_;
  range_map ranges_;
  set_map sets_;
};

}  // namespace entente
