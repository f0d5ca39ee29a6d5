// The fields of a summary, each named once.
//
// Whatever reads, writes or shows summaries goes over them with a visitor of
// its own: `Visit("name", Field)`. A field that is added here is stored, hashed
// and shown. The order is that of the stored form: new fields belong to the end
// of their struct, and StoredFormat in Bytes.h is to be counted up.

#pragma once

#include "checks/program/Summary.h"

namespace weir {

template <class V> void visitFields(V &Visit, Fix &F) {
  Visit("title", F.Title);
  Visit("edits", F.Edits);
  Visit("safe", F.Safe);
}

template <class V> void visitFields(V &Visit, Note &N) {
  Visit("at", N.At);
  Visit("message", N.Message);
}

template <class V> void visitFields(V &Visit, Finding &F) {
  Visit("rule", F.Rule);
  Visit("isNote", F.IsNote);
  Visit("at", F.At);
  Visit("message", F.Message);
  Visit("notes", F.Notes);
  Visit("fixes", F.Fixes);
}

} // namespace weir

namespace weir::program {

template <class V> void visitFields(V &Visit, Call &C) {
  Visit("callee", C.Callee);
  Visit("name", C.Name);
  Visit("mode", C.Mode);
  Visit("isVirtual", C.IsVirtual);
  Visit("isGuarded", C.IsGuarded);
  Visit("at", C.At);
  Visit("receiver", C.Receiver);
  Visit("args", C.Args);
  Visit("isDescribed", C.IsDescribed);
  Visit("fix", C.Fix);
  Visit("instead", C.Instead);
  Visit("isSure", C.IsSure);
  Visit("operation", C.Operation);
}

template <class V> void visitFields(V &Visit, Block &B) {
  Visit("name", B.Name);
  Visit("kind", B.Kind);
  Visit("confidence", B.Confidence);
  Visit("isSyncWait", B.IsSyncWait);
  Visit("at", B.At);
  Visit("instead", B.Instead);
  Visit("fix", B.Fix);
}

template <class V> void visitFields(V &Visit, Handed &H) {
  Visit("callee", H.Callee);
  Visit("name", H.Name);
  Visit("at", H.At);
  Visit("to", H.To);
  Visit("role", H.Role);
  Visit("unhandled", H.Unhandled);
  Visit("isPlain", H.IsPlain);
}

template <class V> void visitFields(V &Visit, Throw &T) {
  Visit("type", T.Type);
  Visit("at", T.At);
}

template <class V> void visitFields(V &Visit, Effects &E) {
  Visit("unknown", E.Unknown);
  Visit("reads", E.Reads);
  Visit("writes", E.Writes);
}

template <class V> void visitFields(V &Visit, Sequence::Step &S) {
  Visit("call", S.Call);
  Visit("name", S.Name);
  Visit("await", S.Await);
  Visit("operand", S.Operand);
  Visit("extent", S.Extent);
  Visit("canRewrite", S.CanRewrite);
  Visit("before", S.Before);
}

template <class V> void visitFields(V &Visit, Sequence &S) {
  Visit("steps", S.Steps);
  Visit("gather", S.Gather);
  Visit("include", S.Include);
  Visit("needs", S.Needs);
  Visit("result", S.Result);
}

template <class V> void visitFields(V &Visit, Loop &L) {
  Visit("await", L.Await);
  Visit("range", L.Range);
  Visit("awaitsCall", L.AwaitsCall);
  Visit("call", L.Call);
  Visit("isStarted", L.IsStarted);
  Visit("isCollected", L.IsCollected);
  Visit("gather", L.Gather);
}

template <class V> void visitFields(V &Visit, Indirect &I) {
  Visit("name", I.Name);
  Visit("at", I.At);
}

template <class V> void visitFields(V &Visit, Parameter &P) {
  Visit("name", P.Name);
  Visit("at", P.At);
  Visit("isReference", P.IsReference);
}

template <class V> void visitFields(V &Visit, Kept &K) {
  Visit("index", K.Index);
  Visit("what", K.What);
  Visit("suspension", K.Suspension);
  Visit("use", K.Use);
  Visit("isReference", K.IsReference);
  Visit("isShortLived", K.IsShortLived);
  Visit("byValue", K.ByValue);
}

template <class V> void visitFields(V &Visit, Passed &P) {
  Visit("index", P.Index);
  Visit("call", P.Call);
  Visit("argument", P.Argument);
  Visit("declared", P.Declared);
}

template <class V> void visitFields(V &Visit, Outlived &O) {
  Visit("call", O.Call);
  Visit("erased", O.Erased);
  Visit("made", O.Made);
  Visit("argument", O.Argument);
  Visit("what", O.What);
  Visit("which", O.Which);
  Visit("at", O.At);
  Visit("name", O.Name);
  Visit("dies", O.Dies);
  Visit("away", O.Away);
  Visit("how", O.How);
  Visit("isGenerator", O.IsGenerator);
  Visit("declared", O.Declared);
}

template <class V> void visitFields(V &Visit, Held::Suspension &S) {
  Visit("at", S.At);
  Visit("isFirst", S.IsFirst);
  Visit("awaits", S.Awaits);
}

template <class V> void visitFields(V &Visit, Held &H) {
  Visit("what", H.What);
  Visit("at", H.At);
  Visit("name", H.Name);
  Visit("number", H.Number);
  Visit("names", H.Names);
  Visit("across", H.Across);
}

template <class V> void visitFields(V &Visit, Mutex &M) {
  Visit("of", M.Of);
  Visit("member", M.Member);
}

template <class V> void visitFields(V &Visit, LockAct &A) {
  Visit("what", A.What);
  Visit("name", A.Name);
  Visit("names", A.Names);
  Visit("at", A.At);
  Visit("isPaired", A.IsPaired);
}

template <class V> void visitFields(V &Visit, LockOrder::Step &S) {
  Visit("what", S.What);
  Visit("index", S.Index);
  Visit("isWhole", S.IsWhole);
}

template <class V> void visitFields(V &Visit, LockOrder::Block &B) {
  Visit("steps", B.Steps);
  Visit("next", B.Next);
}

template <class V> void visitFields(V &Visit, LockOrder::Suspension &S) {
  Visit("at", S.At);
  Visit("call", S.Call);
  Visit("isWhole", S.IsWhole);
}

template <class V> void visitFields(V &Visit, LockOrder::Argument &A) {
  Visit("call", A.Call);
  Visit("index", A.Index);
  Visit("what", A.What);
}

template <class V> void visitFields(V &Visit, LockOrder &L) {
  Visit("acts", L.Acts);
  Visit("suspensions", L.Suspensions);
  Visit("blocks", L.Blocks);
  Visit("arguments", L.Arguments);
}

template <class V> void visitFields(V &Visit, Virtual &M) {
  Visit("usr", M.Usr);
  Visit("overrides", M.Overrides);
  Visit("isPure", M.IsPure);
}

template <class V> void visitFields(V &Visit, Function &F) {
  Visit("usr", F.Usr);
  Visit("name", F.Name);
  Visit("kind", F.Kind);
  Visit("at", F.At);
  Visit("extent", F.Extent);
  Visit("isLambda", F.IsLambda);
  Visit("isLocalToFile", F.IsLocalToFile);
  Visit("isVirtual", F.IsVirtual);
  Visit("isTest", F.IsTest);
  Visit("library", F.Library);
  Visit("isTask", F.IsTask);
  Visit("calls", F.Calls);
  Visit("blocks", F.Blocks);
  Visit("handed", F.Handed);
  Visit("throws", F.Throws);
  Visit("effects", F.Effects);
  Visit("sequences", F.Sequences);
  Visit("suspends", F.Suspends);
  Visit("isNeedless", F.IsNeedless);
  Visit("hiddenAwait", F.HiddenAwait);
  Visit("uncoroutine", F.Uncoroutine);
  Visit("indirects", F.Indirects);
  Visit("loops", F.Loops);
  Visit("kept", F.Kept);
  Visit("passed", F.Passed);
  Visit("outlived", F.Outlived);
  Visit("detached", F.Detached);
  Visit("held", F.Held);
  Visit("locks", F.LockOrders);
}

template <class V> void visitFields(V &Visit, Summary &S) {
  Visit("functions", S.Functions);
  Visit("mentioned", S.Mentioned);
  Visit("virtuals", S.Virtuals);
}

} // namespace weir::program
