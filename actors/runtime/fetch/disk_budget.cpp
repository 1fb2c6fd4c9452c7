#include "actors/runtime/fetch/disk_budget.hpp"

#include <cerrno>
#include <utility>

#include "actors/runtime/file_tree.hpp"

namespace entente::runtime {

disk_budget::disk_budget(std::filesystem::path sandbox, std::uint64_t limit)
    : sandbox_(std::move(sandbox)), limit_(limit) {}

std::optional<failure> disk_budget::begin() {
  if (limit_ == 0)
    return std::nullopt;
  before_ = tree_bytes(sandbox_);
  included_ = 0;
  return before_ > limit_ ? over(before_) : std::nullopt;
}

std::optional<failure> disk_budget::has(std::uint64_t size) {
  if (limit_ == 0 || before_ + size <= limit_ + included_)
    return std::nullopt;
  before_ = tree_bytes(sandbox_);
  included_ = size;
  return before_ > limit_ ? over(before_) : std::nullopt;
}

std::optional<failure> disk_budget::will_have(std::uint64_t size) {
  if (limit_ == 0 || before_ + size <= limit_)
    return std::nullopt;
  return over(before_ + size);
}

std::optional<failure> disk_budget::over(std::uint64_t bytes) {
  is_over_ = true;
  return failure{EDQUOT, over_disk_text(bytes, limit_)};
}

}  // namespace entente::runtime
