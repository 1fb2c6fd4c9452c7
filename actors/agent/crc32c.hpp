#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace entente {

/// CRC-32C of the bytes: the polynomial of Castagnoli, 0x1EDC6F41, here with its bits reversed, as
/// iSCSI (RFC 3720), ext4 and many journals have it. `crc32c("123456789")` is 0xE3069283.
constexpr std::uint32_t crc32c(std::string_view bytes) {
  constexpr auto table = [] {
    std::array<std::uint32_t, 256> result{};
    for (std::uint32_t i = 0; i < result.size(); ++i) {
      auto crc = i;
      for (int bit = 0; bit < 8; ++bit)
        crc = (crc >> 1) ^ (crc & 1 ? 0x82F6'3B78u : 0u);
      result[i] = crc;
    }
    return result;
  }();
  std::uint32_t crc = 0xFFFF'FFFF;
  for (char c : bytes)
    crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

}  // namespace entente
