#include "apps/wordcount/map_task.hpp"

#include "apps/wordcount/text_file.hpp"
#include "apps/wordcount/word_counts.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <variant>

namespace entente::wordcount {

namespace {

constexpr std::size_t block_size = std::size_t{64} * 1024;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t result = 0;
  auto* last = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data(), last, result);
  if (error != std::errc{} || end != last)
    return std::nullopt;
  return result;
}

std::optional<std::string> count_piece(const piece& part, word_counts& counts) {
  auto opened = text_file::open(part.file);
  if (auto* failed = std::get_if<file_error>(&opened))
    return failed->message;
  const auto& file = std::get<text_file>(opened);
  std::string block(block_size, '\0');
  word_splitter words{counts};
  for (std::uint64_t done = 0; done < part.length;) {
    auto wanted = std::min<std::uint64_t>(part.length - done, block.size());
    auto count = file.read(part.offset + done, block.data(), wanted);
    if (count == 0)
      return "cannot read " + part.file + ": it is shorter than it was, or damaged";
    words.add({block.data(), count});
    done += count;
  }
  words.finish();
  return std::nullopt;
}

}  // namespace

std::vector<std::string> map_command(const std::string& program, const chunk& work) {
  std::vector<std::string> result{program, map_flag};
  for (const auto& x : work)
    result.insert(result.end(), {x.file, std::to_string(x.offset), std::to_string(x.length)});
  return result;
}

std::optional<chunk> parse_map_arguments(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() % 3 != 0)
    return std::nullopt;
  chunk result;
  for (std::size_t i = 0; i < arguments.size(); i += 3) {
    auto offset = parse_number(arguments[i + 1]);
    auto length = parse_number(arguments[i + 2]);
    if (!offset || !length)
      return std::nullopt;
    result.push_back({arguments[i], *offset, *length});
  }
  return result;
}

std::optional<std::string> run_map_task(const chunk& work, std::ostream& out) {
  word_counts counts;
  for (const auto& part : work)
    if (auto failed = count_piece(part, counts))
      return failed;
  counts.write(out);
  if (!out.flush())
    return "cannot write the counts";
  return std::nullopt;
}

}  // namespace entente::wordcount
