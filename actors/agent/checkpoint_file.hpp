#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/agent/checkpoint_state.hpp"
#include "actors/agent/checkpoint_store.hpp"
#include "actors/agent/journal.hpp"

namespace entente {

/// A journal of checkpoints. What holds for the journal holds here.
class checkpoint_file final : public checkpoint_store {
public:
  struct opened;
  /// Opens the journal in the directory and reads what its checkpoints say. One that cannot be read
  /// is a failure that says how to go on. The agent itself is there unless it is new.
  static std::variant<opened, runtime::failure> open(const std::filesystem::path& directory);

  void append(const std::vector<checkpoint>& changes) override;
  bool is_dirty() const override { return journal_.is_dirty(); }
  std::optional<runtime::failure> sync() override { return journal_.sync(); }

  bool wants_rewrite() const override { return journal_.wants_rewrite(); }
  std::optional<runtime::failure> rewrite(const std::vector<checkpoint>& all) override;

  /// For checkpoints that can be read and still cannot be used.
  runtime::failure unusable(const std::string& why) const { return journal_.unusable(why); }

private:
  explicit checkpoint_file(journal file) : journal_(std::move(file)) {}

  journal journal_;
};

struct checkpoint_file::opened {
  checkpoint_file file;
  checkpoint_state state;
};

}  // namespace entente
