#include "actors/agent/journal_format.hpp"

#include <concepts>
#include <utility>

#include "actors/agent/crc32c.hpp"

namespace entente::journal_format {

namespace {

constexpr std::string_view file_mark = "ENTJOURN";
constexpr std::string_view batch_mark = "BTCH";
constexpr std::size_t checked_by_file_header = 12;
constexpr std::size_t checked_by_batch_header = 24;

template <std::unsigned_integral Number>
void write_number(std::string& to, std::size_t at, Number x) {
  for (std::size_t i = 0; i < sizeof(x); ++i)
    to[at + i] = static_cast<char>(x >> (8 * i));
}

template <std::unsigned_integral Number>
Number read_number(std::string_view from, std::size_t at) {
  Number x = 0;
  for (std::size_t i = 0; i < sizeof(x); ++i)
    x |= static_cast<Number>(static_cast<unsigned char>(from[at + i])) << (8 * i);
  return x;
}

struct batch_header {
  std::uint64_t number = 0;
  std::uint64_t length = 0;
  std::uint32_t crc = 0;
};

/// @returns nothing if there is no header, or not a whole one.
std::optional<batch_header> header_at(std::string_view file, std::size_t at) {
  auto bytes = file.substr(at, batch_header_size);
  if (bytes.size() < batch_header_size || !bytes.starts_with(batch_mark) ||
      read_number<std::uint32_t>(bytes, checked_by_batch_header) !=
        crc32c(bytes.substr(0, checked_by_batch_header)))
    return std::nullopt;
  return batch_header{read_number<std::uint64_t>(bytes, 4), read_number<std::uint64_t>(bytes, 12),
                      read_number<std::uint32_t>(bytes, 20)};
}

/// @returns nothing if there is no batch, or not a whole one.
std::optional<std::string_view> payload_at(std::string_view file, std::size_t at,
                                           const batch_header& header) {
  auto rest = file.substr(at + batch_header_size);
  if (header.length > rest.size() || crc32c(rest.substr(0, header.length)) != header.crc)
    return std::nullopt;
  return rest.substr(0, header.length);
}

/// True if what is at `at` is not the last that was written.
bool is_followed(std::string_view file, std::size_t at) {
  if (auto header = header_at(file, at))
    return header->length < file.size() - at - batch_header_size;
  for (at = file.find(batch_mark, at + 1); at != file.npos; at = file.find(batch_mark, at + 1))
    if (auto header = header_at(file, at); header && payload_at(file, at, *header))
      return true;
  return false;
}

/// @returns false if the records do not fill the payload.
bool take_records(std::string_view payload, std::vector<std::string>& records) {
  while (payload.size() >= sizeof(std::uint32_t)) {
    auto length = read_number<std::uint32_t>(payload, 0);
    payload.remove_prefix(sizeof(length));
    if (length > payload.size())
      return false;
    records.emplace_back(payload.substr(0, length));
    payload.remove_prefix(length);
  }
  return payload.empty();
}

std::optional<damage> problem_of_header(std::string_view file) {
  if (file.size() < file_header_size || !file.starts_with(file_mark))
    return damage{0, "it does not begin as a journal does"};
  if (read_number<std::uint32_t>(file, checked_by_file_header) !=
      crc32c(file.substr(0, checked_by_file_header)))
    return damage{0, "its header is damaged"};
  if (auto found = read_number<std::uint32_t>(file, file_mark.size()); found != version)
    return damage{file_mark.size(), "it has format " + std::to_string(found) +
                                      ", this version reads format " + std::to_string(version)};
  return std::nullopt;
}

}  // namespace

std::string file_header() {
  std::string result{file_mark};
  result.resize(file_header_size);
  write_number(result, file_mark.size(), version);
  write_number(result, checked_by_file_header,
               crc32c(std::string_view{result}.substr(0, checked_by_file_header)));
  return result;
}

void add_record(std::string& payload, std::string_view record) {
  auto at = payload.size();
  payload.resize(at + sizeof(std::uint32_t));
  write_number(payload, at, static_cast<std::uint32_t>(record.size()));
  payload += record;
}

void seal(std::string& batch, std::uint64_t number) {
  auto payload = std::string_view{batch}.substr(batch_header_size);
  batch.replace(0, batch_mark.size(), batch_mark);
  write_number(batch, 4, number);
  write_number(batch, 12, std::uint64_t{payload.size()});
  write_number(batch, 20, crc32c(payload));
  write_number(batch, checked_by_batch_header,
               crc32c(std::string_view{batch}.substr(0, checked_by_batch_header)));
}

std::variant<content, damage> parse(std::string_view file) {
  if (auto problem = problem_of_header(file))
    return *problem;
  content result;
  while (result.end < file.size()) {
    auto header = header_at(file, result.end);
    auto payload = header ? payload_at(file, result.end, *header) : std::nullopt;
    if (!payload) {
      if (is_followed(file, result.end))
        return damage{result.end, "what was written there is not what is there now"};
      return result;
    }
    if (header->number != result.batches + 1)
      return damage{result.end, "batch " + std::to_string(header->number) + " follows batch " +
                                  std::to_string(result.batches)};
    if (!take_records(*payload, result.records))
      return damage{result.end, "its records are not whole"};
    result.end += batch_header_size + payload->size();
    if (++result.batches == 1)
      result.first_end = result.end;
  }
  return result;
}

}  // namespace entente::journal_format
