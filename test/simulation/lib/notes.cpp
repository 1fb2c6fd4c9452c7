#include "notes.hpp"

#include <cerrno>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace entente::simulation {

namespace {

/// Of a thousand writes of agents, so many write everything anew.
constexpr unsigned rewrites = 50;

checkpoint_state with(checkpoint_state x, const std::vector<checkpoint>& changes) {
  for (const auto& change : changes)
    x.apply(change);
  return x;
}

}  // namespace

class notes::file final : public checkpoint_store {
public:
  explicit file(notes& where) : where_(where) {}

  void append(const std::vector<checkpoint>& changes) override {
    pending_.insert(pending_.end(), changes.begin(), changes.end());
    wants_rewrite_ = where_.chance_.chance(rewrites);
  }
  bool is_dirty() const override { return !pending_.empty(); }
  std::optional<runtime::failure> sync() override { return write(with(where_.written_, pending_)); }
  bool wants_rewrite() const override { return wants_rewrite_; }
  std::optional<runtime::failure> rewrite(const std::vector<checkpoint>& all) override {
    return write(with({}, all));
  }

private:
  std::optional<runtime::failure> write(checkpoint_state x) {
    wants_rewrite_ = false;
    if (where_.room_.is_full())
      return runtime::failure{ENOSPC, "the simulated disk is full"};
    where_.written_ = std::move(x);
    pending_.clear();
    return std::nullopt;
  }

  notes& where_;
  std::vector<checkpoint> pending_;
  bool wants_rewrite_ = false;
};

std::shared_ptr<agent_memory> notes::open(const agent_info& info, time_point now) {
  auto boot = "boot " + std::to_string(boots_);
  auto store = std::make_unique<file>(*this);
  agent_checkpoint self{info, ++lives_, boot};
  if (is_lost_)
    written_ = {};
  if (written_.is_new())
    return std::make_shared<agent_memory>(
      agent_memory{info, agent_book{info, self.life, boot}, std::move(store), false});
  ++recoveries_;
  auto rebooted = written_.agent->boot_id != boot;
  auto book = agent_book::recover(std::move(self), written_, now);
  if (auto* why = std::get_if<std::string>(&book))
    throw std::runtime_error{info.id.str() + " cannot read what it has written: " + *why};
  return std::make_shared<agent_memory>(
    agent_memory{info, std::move(std::get<agent_book>(book)), std::move(store), rebooted});
}

}  // namespace entente::simulation
