#include "apps/wordcount/input.hpp"

#include <cstdint>
#include <filesystem>

namespace entente::wordcount {

namespace {

/// Opens a file after the other, as there may be more of them than a process may have open.
template <class Function>
std::variant<std::monostate, file_error> for_each_file(const std::vector<std::string>& files,
                                                       Function function) {
  for (const auto& path : files) {
    auto opened = text_file::open(path);
    if (auto* failed = std::get_if<file_error>(&opened))
      return *failed;
    function(path, std::get<text_file>(opened));
  }
  return std::monostate{};
}

}  // namespace

std::variant<std::vector<chunk>, file_error> split_files(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  auto measured = for_each_file(
    files, [&total](const std::string&, const text_file& file) { total += file.size(); });
  if (auto* failed = std::get_if<file_error>(&measured))
    return *failed;
  chunker cutter{chunk_size_for(total)};
  auto cut = for_each_file(files, [&cutter](const std::string& path, const text_file& file) {
    cutter.add(std::filesystem::absolute(path).string(), file.size(),
               [&file](std::uint64_t offset) { return file.line_end(offset); });
  });
  if (auto* failed = std::get_if<file_error>(&cut))
    return *failed;
  return cutter.take();
}

}  // namespace entente::wordcount
