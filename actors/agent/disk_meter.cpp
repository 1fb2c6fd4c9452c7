#include "actors/agent/disk_meter.hpp"

#include <algorithm>
#include <utility>

namespace entente {

disk_meter::disk_meter(std::filesystem::path sandbox)
    : sandbox_(std::move(sandbox)), walk_(sandbox_) {}

bool disk_meter::step(std::size_t entries) {
  if (std::exchange(is_complete_, false))
    walk_ = runtime::tree_walk{sandbox_};
  is_complete_ = walk_.step(entries);
  if (is_complete_)
    before_ = walk_.bytes();
  return is_complete_;
}

std::uint64_t disk_meter::bytes() const noexcept {
  return std::max(before_, walk_.bytes());
}

}  // namespace entente
