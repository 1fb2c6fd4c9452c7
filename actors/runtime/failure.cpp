#include "actors/runtime/failure.hpp"

#include <algorithm>
#include <system_error>

namespace entente::runtime {

failure make_failure(int code, const std::string& what) {
  return {code, what + ": " + std::generic_category().message(code)};
}

std::string in_quotes(const std::string& text) {
  auto result = '"' + text + '"';
  auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::replace_if(result.begin(), result.end(), is_control, '?');
  return result;
}

}  // namespace entente::runtime
