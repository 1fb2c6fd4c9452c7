#include "actors/agent/checkpoint_file.hpp"

#include <utility>

namespace entente {

std::variant<checkpoint_file::opened, runtime::failure>
checkpoint_file::open(const std::filesystem::path& directory) {
  auto made = journal::open(directory);
  if (auto* failed = std::get_if<runtime::failure>(&made))
    return std::move(*failed);
  auto& [file, records] = std::get<journal::opened>(made);
  checkpoint_state state;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto read = decode_checkpoint(records[i]);
    if (auto* error = std::get_if<checkpoint_error>(&read))
      return file.unusable("record " + std::to_string(i + 1) + " is " + error->message);
    state.apply(std::move(std::get<checkpoint>(read)));
  }
  if (!state.agent && !state.is_new())
    return file.unusable("no record says which agent it is of");
  return opened{checkpoint_file{std::move(file)}, std::move(state)};
}

void checkpoint_file::append(const std::vector<checkpoint>& changes) {
  for (const auto& x : changes)
    journal_.append(encode(x));
}

std::optional<runtime::failure> checkpoint_file::rewrite(const std::vector<checkpoint>& all) {
  std::vector<std::string> records;
  records.reserve(all.size());
  for (const auto& x : all)
    records.push_back(encode(x));
  return journal_.rewrite(records);
}

}  // namespace entente
