#include "actors/runtime/removal.hpp"

#include <algorithm>
#include <tuple>

namespace entente::runtime {

std::vector<std::filesystem::path> oldest_first(std::vector<removable> from, std::uint64_t bytes) {
  std::sort(from.begin(), from.end(), [](const removable& a, const removable& b) {
    return std::tie(a.last_used, a.path) < std::tie(b.last_used, b.path);
  });
  std::vector<std::filesystem::path> result;
  std::uint64_t freed = 0;
  for (auto i = from.begin(); i != from.end() && freed < bytes; ++i) {
    freed += i->bytes;
    result.push_back(std::move(i->path));
  }
  return result;
}

}  // namespace entente::runtime
