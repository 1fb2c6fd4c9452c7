#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace entente {

/// As many random hexadecimal digits: part of a name that must differ between two lives of a
/// program.
inline std::string random_hex(std::size_t digits) {
  std::random_device device;
  std::uniform_int_distribution<unsigned> digit{0, 15};
  std::string text;
  while (text.size() < digits)
    text += "0123456789abcdef"[digit(device)];
  return text;
}

}  // namespace entente
