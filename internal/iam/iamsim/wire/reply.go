// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Send writes the reply of one call. A nil result is an action without a result element.
func (s Service) Send(w http.ResponseWriter, action, requestID string, result []Node) {
	root := Node{name: action + "Response"}
	if result != nil {
		root.children = append(root.children, Element(action+"Result", result...))
	}
	root.children = append(root.children, Element("ResponseMetadata", Text("RequestId", requestID)))
	s.sendXML(w, http.StatusOK, requestID, root)
}

// SendError writes the reply of a call that failed.
func (s Service) SendError(w http.ResponseWriter, requestID string, err *Error) {
	s.sendXML(w, err.Status(), requestID, Element("ErrorResponse",
		Element("Error", Text("Type", err.fault()), Text("Code", err.Code), Text("Message", err.Message)),
		Text("RequestId", requestID)))
}

func (s Service) sendXML(w http.ResponseWriter, status int, requestID string, root Node) {
	var b strings.Builder
	root.writeRoot(&b, s.namespace())
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	// A client that went away is its own problem; there is nobody left to tell.
	_, _ = fmt.Fprint(w, b.String())
}
