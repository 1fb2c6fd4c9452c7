#pragma once

#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "actors/registry/registry_store.hpp"
#include "disk_room.hpp"

namespace entente::simulation {

/// The disk of the master's host: what masters have had written there outlives them, and what was
/// not written when they crash does not. Now and then it is full.
class disk {
public:
  explicit disk(disk_room room) : room_(room) {}

  /// For the next master, one life more. The disk must outlive it.
  std::shared_ptr<registry_store> open() {
    ++written_.lives;
    return std::make_shared<file>(*this);
  }

  disk_room& room() { return room_; }

private:
  class file final : public registry_store {
  public:
    explicit file(disk& where) : where_(where), state_(where.written_) {}

    const registry_state& state() const override { return state_; }

    void append(const std::vector<registry_change>& changes) override {
      for (const auto& x : changes)
        apply(state_, x);
    }

    std::optional<runtime::failure> sync() override {
      if (where_.room_.is_full())
        return runtime::failure{ENOSPC, "the simulated disk is full"};
      where_.written_ = state_;
      return std::nullopt;
    }

  private:
    disk& where_;
    registry_state state_;
  };

  disk_room room_;
  registry_state written_;
};

}  // namespace entente::simulation
