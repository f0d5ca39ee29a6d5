// From which functions something is reached; see Reach.h.

#include "checks/program/Reach.h"

namespace weir::program {

Reach::Reach(const Program &P, const Question &Asked) : P(P) {
  size_t Count = P.Functions.size();
  Distance.assign(Count + P.AnyOf.size(), Never);
  std::vector<unsigned> Reached; // in order of distance
  for (unsigned Id = 0; Id != Count; ++Id)
    if (Asked.IsEnd(*P.Functions[Id])) {
      Distance[Id] = 0;
      Reached.push_back(Id);
    }
  std::vector<unsigned> Missing; // of each set of overrides: how many do not
  for (const Program::Overrides &Each : P.AnyOf)
    Missing.push_back(Each.Ids.size());
  for (size_t I = 0; I < Reached.size(); ++I) {
    unsigned Id = Reached[I];
    auto Step = [&](unsigned Node, const Function *Callee) {
      for (const Program::Edge &Each : P.callersOf(Node))
        if (Distance[Each.Caller] == Never && Asked.Follows(Each.How, Each.IsGuarded, Callee) &&
            Asked.Passes(*P.Functions[Each.Caller])) {
          Distance[Each.Caller] = Distance[Id] + 1;
          Reached.push_back(Each.Caller);
        }
    };
    Step(Id, P.Functions[Id]);
    auto With = P.OverridesWith.find(Id);
    if (With == P.OverridesWith.end())
      continue;
    for (unsigned Index : With->second)
      if (--Missing[Index] == 0) {
        Distance[Count + Index] = Distance[Id];
        Step(Count + Index, nullptr);
      }
  }
}

} // namespace weir::program
