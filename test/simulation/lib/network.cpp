#include "network.hpp"

#include <algorithm>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>
#include <caf/detail/meta_object.hpp>
#include <caf/exit_reason.hpp>
#include <caf/make_actor.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/system_messages.hpp>
#include <stdexcept>

namespace entente::simulation {

namespace {

constexpr auto broken = caf::exit_reason::remote_link_unreachable;

proxy& proxy_of(const caf::strong_actor_ptr& x) {
  return static_cast<proxy&>(*x->get());
}

/// Ends an actor in the middle of whatever it was to do next: no handler of it runs any more.
void kill_at_once(caf::scheduled_actor& actor, caf::execution_unit* unit) {
  // What it was run by last may be gone.
  actor.context(unit);
  actor.quit(caf::exit_reason::kill);
  // An actor that did not run yet must not make its behavior out of a state that is gone.
  actor.setf(caf::abstract_actor::is_initialized_flag);
  actor.finalize();
}

template <class SystemMessage>
void translate_source(caf::message& x, std::size_t i,
                      const std::function<caf::strong_actor_ptr(const caf::strong_actor_ptr&)>& f) {
  auto& source = x.get_mutable_as<SystemMessage>(i).source;
  if (auto translated = f(caf::actor_cast<caf::strong_actor_ptr>(source)))
    source = translated->address();
}

}  // namespace

bool network::flight::is_system() const {
  return end || payload.match_elements<caf::exit_msg>() || payload.match_elements<caf::down_msg>();
}

bool network::flight::is_between(host a, host b) const {
  return (from == a && to == b) || (from == b && to == a);
}

network::network(caf::actor_system& system, dice& chance, trace& log)
    : system_(system), dice_(chance), trace_(log) {
  carry<caf::actor>();
  carry<caf::strong_actor_ptr>();
  translators_[caf::type_id_v<caf::exit_msg>] = translate_source<caf::exit_msg>;
  translators_[caf::type_id_v<caf::down_msg>] = translate_source<caf::down_msg>;
}

// -- hosts ------------------------------------------------------------------------

host network::add_host(std::string name) {
  hosts_.push_back({.name = std::move(name), .actors = {}});
  return hosts_.size() - 1;
}

void network::settle(const caf::strong_actor_ptr& actor, host where) {
  auto id = actor->id();
  if (homes_.size() <= id)
    homes_.resize(id + id / 2 + 64);
  if (homes_[id])
    return;
  homes_[id] = current(where);
  auto& state = hosts_[where];
  state.actors.push_back(caf::actor_cast<caf::weak_actor_ptr>(actor));
  if (state.actors.size() >= state.look_again)
    forget_dead(state);
  auto* local = dynamic_cast<caf::local_actor*>(actor->get());
  actor->get()->attach_functor(
    [this, name = std::string{local ? local->name() : ""}](const caf::error& reason) {
      if (on_exception_ && reason == caf::sec::runtime_error)
        on_exception_(name);
    });
}

std::optional<residence> network::find(caf::actor_id actor) const {
  return actor < homes_.size() ? homes_[actor] : std::nullopt;
}

void network::crash(host x) {
  trace_.note("crash", name(x));
  hosts_[x].alive = false;
  lose_flights([x](const flight& y) { return y.from == x || y.to == x; });
  kill_actors(x);
  kill_proxies([this, x](const proxy& y) {
    return y.here() == x || (y.home().where == x && connected(y.here(), x));
  });
}

void network::restart(host x) {
  trace_.note("restart", name(x));
  hosts_[x].alive = true;
  ++hosts_[x].life;
}

void network::shut_down() {
  for (auto& x : hosts_)
    x.alive = false;
  for (host x = 0; x < hosts_.size(); ++x)
    kill_actors(x);
  kill_proxies([](const proxy&) { return true; });
  lose_flights([](const flight&) { return true; });
}

bool network::is_gone(const residence& x) const {
  return !hosts_[x.where].alive || hosts_[x.where].life != x.life;
}

void network::kill_actors(host x) {
  auto* unit = system_.dummy_execution_unit();
  for (auto& weak : std::exchange(hosts_[x].actors, {}))
    if (auto actor = caf::actor_cast<caf::strong_actor_ptr>(weak))
      if (auto* scheduled = dynamic_cast<caf::scheduled_actor*>(actor->get()))
        kill_at_once(*scheduled, unit);
}

void network::forget_dead(host_state& x) {
  std::erase_if(x.actors, [](const caf::weak_actor_ptr& y) {
    return y->strong_refs == 0 || y->get()->getf(caf::abstract_actor::is_terminated_flag);
  });
  x.look_again = 64 + 2 * x.actors.size();
}

// -- links ------------------------------------------------------------------------

void network::cut(host a, host b) {
  trace_.note("cut", name(a), name(b));
  cuts_.insert(std::minmax(a, b));
}

void network::sever(host a, host b) {
  trace_.note("sever", name(a), name(b));
  cuts_.insert(std::minmax(a, b));
  lose_flights([a, b](const flight& x) { return x.is_between(a, b); });
  kill_proxies(
    [a, b](const proxy& x) { return std::minmax(x.here(), x.home().where) == std::minmax(a, b); });
}

void network::heal(host a, host b) {
  trace_.note("heal", name(a), name(b));
  cuts_.erase(std::minmax(a, b));
  kill_proxies([this, a, b](const proxy& x) {
    return std::minmax(x.here(), x.home().where) == std::minmax(a, b) && is_gone(x.home());
  });
  for (auto& x : std::exchange(held_, {}))
    if (x.is_between(a, b))
      depart(std::move(x));
    else
      held_.push_back(std::move(x));
}

void network::heal_all() {
  while (!cuts_.empty())
    heal(cuts_.begin()->first, cuts_.begin()->second);
}

// -- sending ----------------------------------------------------------------------

void network::send(const proxy& via, caf::strong_actor_ptr sender, caf::message_id mid,
                   caf::message payload) {
  if (!alive(via.here()))
    return;
  flight x{via.here(), via.home().where,   via.target(), std::move(sender),
           mid,        std::move(payload), std::nullopt};
  if (x.is_system()) {
    depart(std::move(x));
  } else if (!connected(x.from, x.to) || dice_.chance(faults_.drop)) {
    note("lost", x);
    observe(x, fate::is_lost);
  } else {
    auto twice = dice_.chance(faults_.duplicate);
    observe(x, twice ? fate::departs_twice : fate::departs);
    if (twice)
      depart(x);
    depart(std::move(x));
  }
}

void network::observe(const flight& x, fate what) {
  if (observer_)
    observer_(x.payload, what);
}

void network::send_end(const proxy& of, const caf::error& reason) {
  if (!is_gone(of.home()))
    depart({of.home().where, of.here(), caf::strong_actor_ptr{of.ctrl()}, {}, {}, {}, reason});
}

void network::depart(flight x) {
  auto when = arrival_of(x);
  under_way_.emplace(std::pair{when, ++departed_}, std::move(x));
}

network::time_point network::arrival_of(const flight& x) {
  auto when = now();
  if (dice_.chance(faults_.delay)) {
    auto spread = static_cast<std::uint64_t>((faults_.longest - faults_.shortest).count());
    when += faults_.shortest + std::chrono::milliseconds{dice_.below(spread + 1)};
  }
  if (auto slow = std::max(hosts_[x.from].slow, hosts_[x.to].slow); slow.count() > 0)
    when += std::chrono::milliseconds{dice_.below(static_cast<std::uint64_t>(slow.count()) + 1)};
  auto& last = last_arrival_[{x.from, x.to}];
  // An actor's last words come before the news of its end.
  if (faults_.in_order || x.is_system())
    when = std::max(when, last);
  last = std::max(when, last);
  return when;
}

void network::lose_flights(const std::function<bool(const flight&)>& matches) {
  auto lost = [&](const flight& x) {
    if (!matches(x))
      return false;
    note("lost", x);
    return true;
  };
  std::erase_if(under_way_, [&](const auto& x) { return lost(x.second); });
  std::erase_if(arrived_, lost);
  std::erase_if(held_, lost);
}

void network::note(std::string_view event, const flight& x) {
  for (auto type : x.payload.types())
    trace_.mix(type);
  trace_.note(event, name(x.from), name(x.to), x.target->id(), x.mid.integer_value());
  if (trace_.writes())
    trace_.remark(caf::to_string(x.payload));
}

// -- arriving ---------------------------------------------------------------------

std::size_t network::arrived() {
  auto i = under_way_.begin();
  for (auto time = now(); i != under_way_.end() && i->first.first <= time; ++i)
    arrived_.push_back(std::move(i->second));
  under_way_.erase(under_way_.begin(), i);
  return arrived_.size();
}

std::optional<network::time_point> network::next_arrival() const {
  if (under_way_.empty())
    return std::nullopt;
  return under_way_.begin()->first.first;
}

void network::deliver(std::size_t which) {
  auto chosen = arrived_.begin() + static_cast<std::ptrdiff_t>(which);
  auto first = std::find_if(arrived_.begin(), chosen, [&](const flight& x) {
    return x.from == chosen->from && x.to == chosen->to;
  });
  auto x = std::move(*first);
  arrived_.erase(first);
  if (connected(x.from, x.to))
    arrive(std::move(x));
  else if (x.is_system())
    held_.push_back(std::move(x));
  else
    note("lost", x);
}

void network::arrive(flight x) {
  note("arrives", x);
  if (x.end) {
    kill_by_news(x);
    return;
  }
  auto sender = translate(x.sender, x.from, x.to);
  translate(x.payload, x.from, x.to);
  x.target->get()->enqueue(
    caf::make_mailbox_element(std::move(sender), x.mid, {}, std::move(x.payload)), nullptr);
}

void network::kill_by_news(const flight& x) {
  auto i = proxies_.find({x.to, proxy_of(x.target).target()->id()});
  if (i != proxies_.end() && i->second == x.target)
    proxies_.erase(i);
  proxy_of(x.target).kill_proxy(system_.dummy_execution_unit(), *x.end);
}

// -- handles in messages ----------------------------------------------------------

caf::strong_actor_ptr network::translate(const caf::strong_actor_ptr& x, host from, host to) {
  if (!x)
    return nullptr;
  if (auto* other = dynamic_cast<proxy*>(x->get()))
    return make_proxy(to, other->target(), other->home());
  settle(x, from);
  return make_proxy(to, x, *homes_[x->id()]);
}

void network::translate(caf::message& x, host from, host to) {
  auto translate_one = [&](const caf::strong_actor_ptr& y) { return translate(y, from, to); };
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto found = translators_.find(x.type_at(i));
    if (found != translators_.end())
      found->second(x, i, translate_one);
    else if (wire_)
      through_wire(x, i);
  }
}

void network::through_wire(caf::message& x, std::size_t i) {
  const auto& type = *caf::detail::global_meta_object(x.type_at(i));
  auto fail = [&](const caf::error& err) {
    throw std::logic_error("cannot go from host to host: " + caf::to_string(type.type_name) + ": " +
                           caf::to_string(err));
  };
  auto* element = x.data().at(i);
  caf::byte_buffer bytes;
  caf::binary_serializer sink{system_, bytes};
  if (!type.save_binary(sink, element))
    fail(sink.get_error());
  trace_.mix(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  type.destroy(element);
  type.default_construct(element);
  caf::binary_deserializer source{system_, bytes};
  if (!type.load_binary(source, element))
    fail(source.get_error());
}

// -- proxies ----------------------------------------------------------------------

caf::strong_actor_ptr network::stand_in(host here, const caf::strong_actor_ptr& actor, host there) {
  return translate(actor, there, here);
}

caf::strong_actor_ptr network::make_proxy(host here, const caf::strong_actor_ptr& actor,
                                          residence home) {
  if (home.where == here)
    return actor;
  auto& slot = proxies_[{here, actor->id()}];
  if (slot)
    return slot;
  caf::actor_config config;
  auto made = caf::make_actor<proxy, caf::strong_actor_ptr>(
    system_.next_actor_id(), system_.node(), &system_, config, *this, here, actor, home);
  slot = made;
  if (is_gone(home)) {
    proxies_.erase({here, actor->id()});
    proxy_of(made).kill_proxy(nullptr, broken);
  } else {
    actor->get()->attach_functor(
      [weak = caf::actor_cast<caf::weak_actor_ptr>(made)](const caf::error& reason) {
        if (auto stand_in = caf::actor_cast<caf::strong_actor_ptr>(weak))
          proxy_of(stand_in).target_ended(reason);
      });
  }
  return made;
}

void network::kill_proxies(const std::function<bool(const proxy&)>& matches) {
  std::vector<caf::strong_actor_ptr> killed;
  std::erase_if(proxies_, [&](const auto& x) {
    if (!matches(proxy_of(x.second)))
      return false;
    killed.push_back(x.second);
    return true;
  });
  for (auto& x : killed)
    proxy_of(x).kill_proxy(system_.dummy_execution_unit(), broken);
}

}  // namespace entente::simulation
