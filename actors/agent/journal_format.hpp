#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What the bytes of a journal mean; no file. All numbers are little-endian.
///
///   file   = "ENTJOURN", version u32, CRC32C of these 12 bytes; then batches
///   batch  = "BTCH", number u64, length of its payload u64, CRC32C of the payload u32,
///            CRC32C of these 24 bytes; then the payload: records
///   record = length u32; then its bytes
///
/// A batch is what one sync has written: it is there as a whole or not at all. Batches count up
/// from 1. A batch is written only when the one before it is on the disk, so only the last one may
/// be torn; one that is not whole and has another one behind it was damaged later.
namespace entente::journal_format {

inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t file_header_size = 16;
inline constexpr std::size_t batch_header_size = 28;

std::string file_header();

/// Adds a record to a payload.
void add_record(std::string& payload, std::string_view record);

/// Fills in the header of a batch: `batch` is room for it, then the payload.
void seal(std::string& batch, std::uint64_t number);

struct content {
  std::vector<std::string> records;
  std::uint64_t batches = 0;
  std::size_t first_end = file_header_size;  ///< where the first batch ends
  std::size_t end = file_header_size;        ///< where what is whole ends: cut the file here
};

/// Why the bytes are no journal that can be used.
struct damage {
  std::size_t offset = 0;
  std::string message;
};

/// Reads a file. What is torn at its end is not in the result.
std::variant<content, damage> parse(std::string_view file);

}  // namespace entente::journal_format
